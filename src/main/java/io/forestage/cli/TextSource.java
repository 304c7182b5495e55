package io.forestage.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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
        return read(file, texts, List::of);
    }

    /** Cuts what a file or standard input holds into texts; words are texts as they are. */
    static List<String> read(
            @Nullable Path file, List<String> words, Function<String, List<String>> cut)
            throws IOException {
        List<String> all = new ArrayList<>();
        if (file != null) {
            all.addAll(cut.apply(Utf8Text.ofFile(file)));
        }
        if (words.equals(List.of("-"))) {
            all.addAll(cut.apply(Utf8Text.ofStandardInput()));
        } else {
            all.addAll(words);
        }
        return all;
    }
}
