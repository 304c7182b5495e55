package io.forestage.cli;

import io.forestage.InputStage;
import io.forestage.NearestTokens;
import io.forestage.cli.console.ModelOption;
import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.TextTable;
import io.forestage.model.LoadOptions;
import io.forestage.model.PositionKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nearest}: the tokens with the nearest vectors. */
@Command(
        name = "nearest",
        description =
                "Find the tokens nearest to a word or a sum of words, by the cosine of their"
                        + " vectors.")
final class NearestCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ModelOption model;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "10",
            description = "The number of tokens to print. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Parameters(
            paramLabel = "WORD",
            arity = "1..*",
            description = "A word, or words with + and - between them: king - man + woman")
    private List<String> words;

    @Override
    public Integer call() throws IOException {
        Path folder = model.folder();
        WordSum sum = WordSum.parse(words);
        LoadOptions tokensOnly = model.options().withPositionKind(PositionKind.NONE);
        try (InputStage stage = InputStage.load(folder, tokensOnly, null)) {
            TextTable table =
                    new TextTable(
                            List.of(
                                    TextTable.Align.RIGHT,
                                    TextTable.Align.LEFT,
                                    TextTable.Align.RIGHT),
                            List.of("id", "token", "cosine"));
            NearestTokens nearest = new NearestTokens(stage);
            for (NearestTokens.Neighbor each : nearest.find(sum.plus(), sum.minus(), count)) {
                table.add(
                        List.of(
                                Long.toString(each.id()),
                                PrintableText.of(stage.tokenizer(), each.id()),
                                String.format(Locale.ROOT, "%.3f", each.cosine())));
            }
            table.print(spec.commandLine().getOut());
            if (nearest.untrained() > 0) {
                spec.commandLine()
                        .getErr()
                        .printf(
                                Locale.ROOT,
                                "left out %d of %d tokens, which the training text does not have%n",
                                nearest.untrained(),
                                stage.config().vocabSize());
            }
        }
        return 0;
    }

    /** Words with + and − between them. */
    record WordSum(List<String> plus, List<String> minus) {

        static WordSum parse(List<String> arguments) throws IOException {
            List<String> plus = new ArrayList<>();
            List<String> minus = new ArrayList<>();
            @Nullable String sign = null;
            for (String word : String.join(" ", arguments).trim().split("\\s+", -1)) {
                boolean isSign = word.equals("+") || word.equals("-");
                if (isSign && sign != null) {
                    throw expected("a word after " + sign, word);
                }
                if (!isSign) {
                    ("-".equals(sign) ? minus : plus).add(word);
                }
                sign = isSign ? word : null;
            }
            if (sign != null) {
                throw expected("a word after " + sign, "none");
            }
            if (plus.isEmpty()) {
                throw expected("a word to add", "none");
            }
            return new WordSum(plus, minus);
        }

        private static IOException expected(String expected, String found) {
            return new IOException(
                    "WORD: expected %s, found %s; write, for example: king - man + woman"
                            .formatted(expected, found));
        }
    }
}
