package io.forestage.hub;

/**
 * A run of a file's bytes.
 *
 * @param start its first byte
 * @param end the byte after its last
 */
record Span(long start, long end) {

    /** To the end of a file whose size is not known yet. */
    static final long OPEN = Long.MAX_VALUE;

    Span {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException(
                    "expected 0 <= start <= end, found %d and %d".formatted(start, end));
        }
    }

    static Span ofLength(long start, long length) {
        return new Span(start, Math.addExact(start, length));
    }

    long length() {
        return end - start;
    }

    Span within(long size) {
        return new Span(Math.min(start, size), Math.min(end, size));
    }

    /** The span as a request's header asks for it. */
    String toHeader() {
        return "bytes=%d-%s".formatted(start, end == OPEN ? "" : end - 1);
    }
}
