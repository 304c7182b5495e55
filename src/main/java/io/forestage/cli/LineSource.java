package io.forestage.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The short texts that a command works on: words of the command line, or lines. */
final class LineSource {

    private static final String BYTE_ORDER_MARK = "\ufeff";

    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "A UTF-8 file, a text a line; blank lines are passed over.")
    private @Nullable Path file;

    @Parameters(
            paramLabel = "TEXT",
            arity = "0..*",
            description = "Texts; a lone - reads them from standard input, one a line.")
    private List<String> texts = new ArrayList<>();

    boolean isEmpty() {
        return file == null && texts.isEmpty();
    }

    List<String> read() throws IOException {
        return TextSource.read(file, texts, LineSource::lines);
    }

    /** As a training reads them, so that a text is the same text here and there. */
    private static List<String> lines(String text) {
        String begin = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        List<String> lines = new ArrayList<>();
        for (String line : begin.split("\r?\n|\r$", -1)) {
            if (!line.isBlank()) {
                lines.add(line);
            }
        }
        return lines;
    }
}
