package io.forestage.cli.train;

import io.forestage.cli.console.TextTable;
import io.forestage.training.TrainingRun;
import io.forestage.training.classify.ClassifierOptions;
import io.forestage.training.classify.ClassifierReport;
import io.forestage.training.classify.ClassifierStart;
import io.forestage.training.classify.ClassifierTraining;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train classify}: a text classifier over mean token vectors. */
@Command(
        name = "classify",
        description =
                "Train a classifier of texts: a linear layer over the mean of their token vectors.",
        showDefaultValues = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage train classify --data topics.tsv --model models/topics",
            "  forestage train classify --data topics.tsv --init models/gpt2 --compare --model"
                    + " models/topics"
        })
final class ClassifyCommand extends TrainingCommand<ClassifierTraining> {

    private static final int CHECKPOINT_EVERY = 200;

    @Mixin
    private final TrainingOptions.Start start =
            new TrainingOptions.Start(ClassifierOptions.defaults().dimension());

    @Mixin
    private final TrainingOptions.Steps steps =
            new TrainingOptions.Steps(ClassifierOptions.defaults().steps());

    @Option(
            names = "--data",
            paramLabel = "FILE",
            required = true,
            description =
                    "UTF-8 lines: a label, a tab and a text; or, as in fastText, __label__NAME for"
                            + " each label of the text, then the text.")
    private Path data;

    @Option(names = "--freeze", description = "Do not train the table of --init.")
    private boolean freeze;

    @Option(
            names = "--compare",
            description =
                    "With --init: train with a new, a frozen and a fine-tuned table, and compare.")
    private boolean compare;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Adam's learning rate for the table.")
    private double learningRate = ClassifierOptions.defaults().learningRate();

    @Option(
            names = "--head-learning-rate",
            paramLabel = "RATE",
            description = "Adam's learning rate for the linear layer.")
    private double headLearningRate = ClassifierOptions.defaults().headLearningRate();

    @Option(
            names = "--held-out",
            paramLabel = "SHARE",
            description = "The share of each class to evaluate on; 0: train on all rows.")
    private double heldOut = ClassifierOptions.defaults().heldOut();

    ClassifyCommand() {
        super(CHECKPOINT_EVERY);
    }

    @Override
    ClassifierTraining prepare(Path model) {
        if (start.init() == null && (freeze || compare)) {
            throw new IllegalArgumentException(
                    "%1$s: expected --init MODEL too, found none; add it or leave out %1$s"
                            .formatted(freeze ? "--freeze" : "--compare"));
        }
        return new ClassifierTraining(
                data,
                start.init(),
                model,
                new ClassifierOptions(
                        chosen(),
                        start.dimension(),
                        learningRate,
                        headLearningRate,
                        heldOut,
                        steps.options()));
    }

    @Override
    void train(ClassifierTraining training, TrainingRun run) throws IOException {
        List<ClassifierReport> reports = new ArrayList<>();
        reports.add(watched(progress -> training.run(run, progress)));
        for (ClassifierStart other : ClassifierStart.values()) {
            if (compare && other != chosen()) {
                reports.add(compared(progress -> training.measure(other, run, progress)));
            }
        }
        print(reports);
    }

    private ClassifierStart chosen() {
        if (start.init() == null) {
            return ClassifierStart.SCRATCH;
        }
        return freeze ? ClassifierStart.FROZEN : ClassifierStart.FINE_TUNED;
    }

    private void print(List<ClassifierReport> reports) {
        PrintWriter out = spec().commandLine().getOut();
        ClassifierReport chosen = reports.get(0);
        new ClassifierTable(out).print(reports);
        out.printf(
                Locale.ROOT,
                "wrote     %s: %s, %d classes; training/ has its head and curve%n",
                options().model(),
                ClassifierTable.name(chosen.start()),
                chosen.labels().size());
    }

    /** Prints the accuracy of each classifier, one row per initial table. */
    private record ClassifierTable(PrintWriter out) {

        void print(List<ClassifierReport> reports) {
            TextTable table =
                    new TextTable(
                            List.of(
                                    TextTable.Align.LEFT,
                                    TextTable.Align.RIGHT,
                                    TextTable.Align.RIGHT,
                                    TextTable.Align.RIGHT,
                                    TextTable.Align.RIGHT),
                            List.of(
                                    "table",
                                    "held-out accuracy",
                                    "training accuracy",
                                    "held-out loss",
                                    "time"));
            for (ClassifierReport report : reports) {
                table.add(
                        List.of(
                                name(report.start()),
                                share(report.heldOut().accuracy()),
                                share(report.trained().accuracy()),
                                loss(report.heldOut().loss()),
                                report.last().elapsed().toSeconds() + " s"));
            }
            ClassifierReport any = reports.get(0);
            table.add(List.of("most frequent class", share(any.mostFrequent()), "", "", ""));
            table.print(out);
            if (any.hasSeveralLabels()) {
                out.println(
                        "rows have several labels: accuracy is the share of rows whose most"
                                + " probable label is one of theirs");
            }
            out.printf(
                    Locale.ROOT,
                    "%d held-out rows, %d training rows%n",
                    any.heldOut().targets(),
                    any.trained().targets());
        }

        static String name(ClassifierStart start) {
            return switch (start) {
                case SCRATCH -> "from scratch";
                case FROZEN -> "pretrained, frozen";
                case FINE_TUNED -> "pretrained, fine-tuned";
            };
        }

        private static String share(double accuracy) {
            return Double.isNaN(accuracy)
                    ? "–"
                    : String.format(Locale.ROOT, "%.1f%%", 100 * accuracy);
        }

        private static String loss(double loss) {
            return Double.isNaN(loss) ? "–" : String.format(Locale.ROOT, "%.4f", loss);
        }
    }
}
