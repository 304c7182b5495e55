package io.forestage.corpus;

import java.io.IOException;
import java.nio.file.Path;

/** {@link JsonLines} to a stream, such as standard output. There is nothing to resume. */
final class StreamSink implements Sink {

    private final JsonLines lines;

    StreamSink(Appendable target, int width, boolean eachToken) {
        lines = new JsonLines(width, eachToken, target::append);
    }

    @Override
    public void write(long number, EmbeddedLine line) throws IOException {
        lines.write(number, line);
    }

    @Override
    public boolean endBatch() {
        return false;
    }

    @Override
    public void finish(Path output) {}
}
