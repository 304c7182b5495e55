package io.forestage.cli;

import io.forestage.cli.console.PrintableText;
import io.forestage.model.ModelFolder;
import io.forestage.support.Quoted;
import io.forestage.tokens.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code decode}: token ids to text. */
@Command(
        name = "decode",
        description = "Turn token ids into text.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage decode 15496 995",
            "  forestage decode --model models/nano \"15496,995\""
        })
final class DecodeCommand implements Callable<Integer> {

    private static final Pattern SEPARATOR = Pattern.compile("[\\s,]+");

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "IDS",
            arity = "1..*",
            description = "Ids, such as 15496 995 or \"15496,995\".")
    private List<String> words = List.of();

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description =
                    "The model folder, or a weight file in it, whose tokenizer is used. Default:"
                            + " GPT-2's own.")
    private @Nullable Path model;

    @Override
    public Integer call() throws IOException {
        long[] ids =
                words.stream()
                        .flatMap(SEPARATOR::splitAsStream)
                        .filter(word -> !word.isEmpty())
                        .mapToLong(this::id)
                        .toArray();
        try (TextTokenizer tokenizer =
                model == null ? TextTokenizer.gpt2() : ModelFolder.tokenizerOf(model)) {
            spec.commandLine().getOut().println(PrintableText.json(tokenizer.decode(ids)));
        }
        return 0;
    }

    private long id(String word) {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "IDS: expected integers, found %s".formatted(Quoted.of(word)),
                    e);
        }
    }
}
