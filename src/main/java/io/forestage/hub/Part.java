package io.forestage.hub;

/**
 * The part of a file that an answer promises.
 *
 * @param file the file that it is of
 * @param span the part
 */
record Part(RemoteFile file, Span span) {

    /** Holds an answer's headers against what was asked, and against each other. */
    static Part of(HubAnswer answer, Span asked) throws HubException, ChangedException {
        AnswerHead head = answer.head();
        Part part = head.status() == 206 ? ranged(answer, asked) : whole(answer);
        long size = part.file().size();
        long linked = head.linkedSize().orElse(size);
        if (linked != size) {
            throw answer.changed("a file of %d bytes".formatted(linked), size + " bytes");
        }
        long length = head.contentLength().orElse(part.span().length());
        if (length != part.span().length()) {
            throw answer.changed(
                    "%d bytes as Content-Range says".formatted(part.span().length()),
                    "a Content-Length of " + length);
        }
        return part;
    }

    boolean isWhole() {
        return span.length() == file.size();
    }

    private static Part ranged(HubAnswer answer, Span asked) throws ChangedException {
        ContentRange range =
                answer.head()
                        .contentRange()
                        .orElseThrow(
                                () ->
                                        answer.changed(
                                                asked.toHeader(), "no Content-Range that fits"));
        long total = range.total() < 0 ? answer.head().linkedSize().orElse(-1) : range.total();
        Span span = range.span();
        if (span.start() != asked.start() || span.end() > asked.end() || span.end() > total) {
            throw answer.changed(
                    asked.toHeader(), "%s of %d".formatted(span.toHeader(), range.total()));
        }
        return new Part(new RemoteFile(total, answer.head().etag().orElse(null)), span);
    }

    private static Part whole(HubAnswer answer) throws HubException {
        if (answer.head().contentLength().isEmpty()) {
            throw answer.problem(
                    "a Content-Length, without which a cut file would look whole",
                    "none",
                    "check HF_ENDPOINT, " + HubException.OTHER_WAY);
        }
        long size = answer.head().contentLength().getAsLong();
        return new Part(new RemoteFile(size, answer.head().etag().orElse(null)), new Span(0, size));
    }
}
