package io.forestage.cli.generate;

import io.forestage.cli.console.ModelOption;
import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.ResultFormat;
import io.forestage.cli.console.TextInput;
import io.forestage.decoder.Generation;
import io.forestage.decoder.GenerationOptions;
import io.forestage.decoder.LanguageModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code generate}: continues texts with a whole GPT-2. */
@Command(
        name = "generate",
        description =
                "Continue texts with a whole GPT-2, which import --whole brings. A table (default)"
                        + " is the text itself, piece by piece.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage generate \"Hello, I'm a language model,\"",
            "  forestage generate --temperature 0.8 --top-k 40 --seed 7 \"Once upon a time\"",
            "  forestage generate --max-tokens 20 --format json --model models/gpt2 one two"
        })
public final class GenerateCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private TextInput.Whole source;

    @Mixin private ModelOption model;

    @Mixin private ModelOption.SpecialFlag special;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description =
                    "The most tokens to add. Default: 64, or fewer where the model's positions"
                            + " end.")
    private @Nullable Integer maxTokens;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description =
                    "0 for the most likely token each time (default); above 0, tokens are drawn:"
                            + " below 1 the likely ones more often, above 1 less.")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Draw from the K most likely tokens alone. Default: 0, from all.")
    private @Nullable Integer topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description =
                    "Draw from the fewest most likely tokens that have at least the probability P"
                            + " together. Default: 1, from all.")
    private @Nullable Double topP;

    @Option(names = "--seed", paramLabel = "N", description = "The seed of the draws. Default: 0.")
    private @Nullable Long seed;

    @Option(
            names = "--stop-at-end",
            paramLabel = "true|false",
            arity = "1",
            description = "Whether the model's end token ends a text. Default: true.")
    private boolean stopAtEnd = true;

    @Mixin private ResultFormat format;

    @Override
    public Integer call() throws IOException {
        if (source.isEmpty()) {
            throw usage("expected a text to continue, found none; add TEXT, - or --file");
        }
        GenerationOptions options = options();
        List<String> texts = source.read();
        PrintWriter out = spec.commandLine().getOut();
        try (LanguageModel language = LanguageModel.load(model.folder(), model.options(), null)) {
            if (format.isJson()) {
                List<Generation> all = language.generate(texts, options);
                for (int i = 0; i < all.size(); i++) {
                    out.println(PrintableText.json(json(texts.get(i), all.get(i))));
                }
                return 0;
            }
            for (int i = 0; i < texts.size(); i++) {
                out.print(
                        (i == 0 ? "" : System.lineSeparator()) + PrintableText.lines(texts.get(i)));
                out.flush();
                language.generate(
                        texts.get(i),
                        options,
                        piece -> {
                            out.print(PrintableText.lines(piece));
                            out.flush();
                        });
                out.println();
            }
        }
        return 0;
    }

    private GenerationOptions options() {
        if (temperature == 0 && (topK != null || topP != null || seed != null)) {
            throw usage(
                    "--top-k, --top-p and --seed: expected a --temperature above 0, with which"
                            + " tokens are drawn, found 0; add --temperature 1");
        }
        try {
            GenerationOptions options =
                    GenerationOptions.greedy()
                            .withTemperature(temperature)
                            .withStopAtEnd(stopAtEnd)
                            .withSpecialTokens(special.meaning());
            options = maxTokens == null ? options : options.withMaxTokens(maxTokens);
            options = topK == null ? options : options.withTopK(topK);
            options = topP == null ? options : options.withTopP(topP);
            return seed == null ? options : options.withSeed(seed);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private static Map<String, Object> json(String text, Generation next) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("text", text);
        json.put("added", next.text());
        json.put("ids", next.ids());
        json.put("prompt_tokens", next.promptTokens());
        json.put("ended", next.ended());
        return json;
    }

    private ParameterException usage(@Nullable String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
