package io.forestage.cli.train;

import io.forestage.decoder.attention.Attention;
import io.forestage.decoder.attention.FeatureMap;
import io.forestage.decoder.attention.FmmAttention;
import io.forestage.decoder.attention.LinearAttention;
import io.forestage.support.Quoted;
import io.forestage.training.Evaluation;
import io.forestage.training.TrainingRun;
import io.forestage.training.lm.BlockOptions;
import io.forestage.training.lm.LanguageModelOptions;
import io.forestage.training.lm.LanguageModelReport;
import io.forestage.training.lm.LanguageModelTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code train lm}: next-token prediction from a token and its position. */
@Command(
        name = "lm",
        description =
                "Train token and position vectors, and with --layers GPT-2's blocks, by next-token"
                        + " prediction with tied weights.",
        showDefaultValues = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage train lm --text book.txt --model models/book --epochs 3",
            "  forestage train lm --text book.txt --init models/gpt2 --model models/book",
            "  forestage train lm --text book.txt --layers 4 --heads 4 --model models/book"
        })
final class LanguageModelCommand extends TrainingCommand<LanguageModelTraining> {

    private static final int CHECKPOINT_EVERY = 200;
    private static final int BANDWIDTH = 20;

    @Mixin
    private final TrainingOptions.Start start =
            new TrainingOptions.Start(LanguageModelOptions.defaults().dimension());

    @Mixin
    private final TrainingOptions.Steps steps =
            new TrainingOptions.Steps(LanguageModelOptions.defaults().steps());

    @Option(
            names = "--text",
            paramLabel = "FILE",
            arity = "1..*",
            required = true,
            description = "UTF-8 texts, joined by <|endoftext|>.")
    private List<Path> texts;

    @Option(
            names = "--context",
            paramLabel = "N",
            description = "The length of a window in tokens.")
    private int context = LanguageModelOptions.defaults().context();

    @Option(
            names = "--stride",
            paramLabel = "N",
            description = "Tokens from one window to the next. Default: the context.",
            showDefaultValue = Help.Visibility.NEVER)
    private @Nullable Integer stride;

    @Option(names = "--learning-rate", paramLabel = "RATE", description = "Adam's learning rate.")
    private double learningRate = LanguageModelOptions.defaults().learningRate();

    @Option(
            names = "--dropout",
            paramLabel = "P",
            description =
                    "The dropout probability in training. A GPU draws other numbers than a CPU.")
    private double dropout = LanguageModelOptions.defaults().dropout();

    @Option(
            names = "--held-out",
            paramLabel = "SHARE",
            description = "The share at the end of the text to evaluate on; 0: train on all text.")
    private double heldOut = LanguageModelOptions.defaults().heldOut();

    @Option(
            names = "--layers",
            paramLabel = "N",
            description =
                    "GPT-2's transformer blocks between the vectors and the projection; 0: predict"
                            + " from the last token and its position alone.")
    private int layers = BlockOptions.NONE.layers();

    @Option(
            names = "--heads",
            paramLabel = "N",
            description = "The heads of each block. Default: heads of width 64, or one.",
            showDefaultValue = Help.Visibility.NEVER)
    private @Nullable Integer heads;

    @Option(
            names = "--attention",
            paramLabel = "softmax|linear|fmm",
            description =
                    "How heads attend. softmax: GPT-2's; linear: in time linear in the context;"
                            + " fmm: linear, and softmax to the nearest tokens.")
    private String attention = "softmax";

    @Option(
            names = "--bandwidth",
            paramLabel = "N",
            description =
                    "fmm: how many tokens a token sees with softmax, itself among them. Default:"
                            + " 20.",
            showDefaultValue = Help.Visibility.NEVER)
    private @Nullable Integer bandwidth;

    @Option(
            names = "--features",
            paramLabel = "elu|elu-flipped|tanh|cosines:R|cosines-and-sines:R|exponentials:R",
            description =
                    "linear and fmm: the feature map; several for fmm, with commas. Default: elu.",
            showDefaultValue = Help.Visibility.NEVER)
    private @Nullable String features;

    @Mixin private TrainingOptions.Order order;

    LanguageModelCommand() {
        super(CHECKPOINT_EVERY);
    }

    @Override
    LanguageModelTraining prepare(Path model) {
        return new LanguageModelTraining(
                texts,
                start.init(),
                model,
                new LanguageModelOptions(
                        start.dimension(),
                        context,
                        stride == null ? context : stride,
                        learningRate,
                        dropout,
                        heldOut,
                        steps.options(),
                        order.order(),
                        blocks()));
    }

    private BlockOptions blocks() {
        boolean softmax = attention.equals("softmax");
        requireUseOf("--heads", heads, layers > 0, "with --layers of 1 or more");
        requireUseOf("--bandwidth", bandwidth, attention.equals("fmm"), "with --attention fmm");
        requireUseOf("--features", features, !softmax, "with --attention linear or fmm");
        requireUseOf(
                "--attention",
                softmax ? null : attention,
                layers > 0,
                "with --layers of 1 or more");
        String maps = features == null ? "elu" : features;
        Attention chosen =
                switch (attention) {
                    case "softmax" -> Attention.softmax();
                    case "linear" -> new LinearAttention(FeatureMap.parse(maps));
                    case "fmm" ->
                            new FmmAttention(
                                    bandwidth == null ? BANDWIDTH : bandwidth,
                                    Arrays.stream(maps.split(",", -1))
                                            .map(FeatureMap::parse)
                                            .toList());
                    default ->
                            throw new IllegalArgumentException(
                                    "attention: expected softmax, linear or fmm, found %s"
                                            .formatted(Quoted.of(attention)));
                };
        return new BlockOptions(layers, heads, chosen);
    }

    private void requireUseOf(String option, @Nullable Object value, boolean used, String how) {
        if (value != null && !used) {
            throw new ParameterException(
                    spec().commandLine(),
                    "%s: expected only %s, found %s; add that or leave this out"
                            .formatted(option, how, Quoted.of(value.toString())));
        }
    }

    @Override
    void train(LanguageModelTraining training, TrainingRun run) throws IOException {
        LanguageModelReport report = watched(progress -> training.run(run, progress));
        spec().commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "wrote     %s: perplexity %.2f on the training text, %s, %d s; training/"
                                + " has its curve%n",
                        report.model(),
                        report.trained().perplexity(),
                        heldOut(report.heldOut()),
                        report.last().elapsed().toSeconds());
    }

    private static String heldOut(Evaluation heldOut) {
        return heldOut.targets() == 0
                ? "no held-out text"
                : String.format(
                        Locale.ROOT,
                        "%.2f on %d held-out tokens",
                        heldOut.perplexity(),
                        heldOut.targets());
    }
}
