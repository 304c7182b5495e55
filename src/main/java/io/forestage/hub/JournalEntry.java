package io.forestage.hub;

import java.util.List;
import java.util.Objects;

/** What is there of one file. */
record JournalEntry(RemoteFile file, List<Span> done) {

    JournalEntry {
        Objects.requireNonNull(file, "file");
        done = List.copyOf(done);
        for (Span span : done) {
            if (span.end() > file.size()) {
                throw new IllegalArgumentException(
                        "expected spans within %d bytes, found %s".formatted(file.size(), span));
            }
        }
    }

    static JournalEntry whole(RemoteFile file) {
        return new JournalEntry(file, List.of(new Span(0, file.size())));
    }

    boolean isWhole() {
        return Spans.of(done).bytes() == file.size();
    }
}
