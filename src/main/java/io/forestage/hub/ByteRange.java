package io.forestage.hub;

/**
 * A run of a file's bytes.
 *
 * @param start the first byte
 * @param end the byte after the last
 */
record ByteRange(long start, long end) {

    /** The end of a range up to the end of a file whose size is not known yet. */
    static final long OPEN = Long.MAX_VALUE;

    ByteRange {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException(
                    "expected 0 <= start <= end, found %d and %d".formatted(start, end));
        }
    }

    static ByteRange ofLength(long start, long length) {
        return new ByteRange(start, Math.addExact(start, length));
    }

    long length() {
        return end - start;
    }

    ByteRange within(long size) {
        return new ByteRange(Math.min(start, size), Math.min(end, size));
    }

    /** Returns the value of a request's Range header. */
    String toHeader() {
        return "bytes=%d-%s".formatted(start, end == OPEN ? "" : end - 1);
    }
}
