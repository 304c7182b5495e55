package io.forestage.corpus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** {@link JsonLines} in a file. */
final class JsonSink implements Sink {

    private static final String FILE = "lines";

    private final WorkFolder folder;
    private final AppendFile file;
    private final JsonLines lines;

    JsonSink(WorkFolder folder, int width, boolean eachToken) throws IOException {
        this.folder = folder;
        AppendFile opened = folder.append(FILE);
        file = opened;
        lines =
                new JsonLines(
                        width,
                        eachToken,
                        text -> opened.put(text.toString().getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void write(long number, EmbeddedLine line) throws IOException {
        lines.write(number, line);
    }

    @Override
    public void finish(Path output) throws IOException {
        file.force();
        folder.move(FILE, output);
    }
}
