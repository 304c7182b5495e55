package io.forestage.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The texts that a command works on: words of the command line, a file, standard input. */
final class TextSource {

    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "A UTF-8 file as one text, its line breaks included.")
    private @Nullable Path file;

    @Parameters(
            paramLabel = "TEXT",
            arity = "0..*",
            description = "Texts; a lone - reads one text from standard input.")
    private List<String> texts = new ArrayList<>();

    boolean isEmpty() {
        return file == null && texts.isEmpty();
    }

    List<String> read() throws IOException {
        List<String> all = new ArrayList<>();
        if (file != null) {
            all.add(Utf8Text.ofFile(file));
        }
        if (texts.equals(List.of("-"))) {
            all.add(Utf8Text.ofStandardInput());
        } else {
            all.addAll(texts);
        }
        return all;
    }
}
