package io.forestage.cli.train;

import io.forestage.training.Evaluation;
import io.forestage.training.TrainingRun;
import io.forestage.training.lm.LanguageModelOptions;
import io.forestage.training.lm.LanguageModelReport;
import io.forestage.training.lm.LanguageModelTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train lm}: next-token prediction from a token and its position. */
@Command(
        name = "lm",
        description =
                "Train token and position vectors by next-token prediction with tied weights.",
        showDefaultValues = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage train lm --text book.txt --model models/book --epochs 3",
            "  forestage train lm --text book.txt --init models/gpt2 --model models/book"
        })
final class LanguageModelCommand extends TrainingCommand<LanguageModelTraining> {

    private static final int CHECKPOINT_EVERY = 200;

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
                        order.order()));
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
