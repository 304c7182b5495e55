package io.forestage.cli;

import io.forestage.training.ClassifierOptions;
import io.forestage.training.ClassifierReport;
import io.forestage.training.ClassifierStart;
import io.forestage.training.ClassifierTraining;
import io.forestage.training.TrainingRun;
import java.io.IOException;
import java.io.PrintWriter;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code train classify}: a bag of tokens to a class. */
@Command(
        name = "classify",
        description =
                "Learn to classify texts: the mean of their token vectors through a linear layer.",
        showDefaultValues = true)
final class ClassifyCommand implements Callable<Integer> {

    private static final int CHECKPOINT_EVERY = 200;

    @Spec private CommandSpec spec;

    @Mixin private RunOptions run;

    @Mixin private StepFlags steps;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            required = true,
            description = "UTF-8 lines: a label, a tab, a text.")
    private Path data;

    @Option(
            names = "--init",
            paramLabel = "MODEL",
            description = "Start from a model's token table; from a new one when not given.")
    private @Nullable Path init;

    @Option(names = "--freeze", description = "Leave the table of --init as it is.")
    private boolean freeze;

    @Option(
            names = "--compare",
            description =
                    "With --init: measure a new table, a frozen and a fine-tuned one side by side.")
    private boolean compare;

    @Option(names = "--dim", description = "D of a new table without --init.")
    private int dimension = ClassifierOptions.defaults().dimension();

    @Option(names = "--learning-rate", description = "Adam's for the table.")
    private double learningRate = ClassifierOptions.defaults().learningRate();

    @Option(names = "--head-learning-rate", description = "Adam's for the linear layer.")
    private double headLearningRate = ClassifierOptions.defaults().headLearningRate();

    @Option(names = "--held-out", description = "The share of each class that is measured on.")
    private double heldOut = ClassifierOptions.defaults().heldOut();

    @Override
    public Integer call() throws IOException {
        if (init == null && (freeze || compare)) {
            throw new ParameterException(
                    spec.commandLine(),
                    (freeze ? "--freeze" : "--compare")
                            + ": expected --init MODEL with it, found none");
        }
        ClassifierTraining training;
        TrainingRun how;
        try {
            training = new ClassifierTraining(data, init, run.model(), options());
            how = run.run(CHECKPOINT_EVERY);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        List<ClassifierReport> reports = new ArrayList<>();
        try (ProgressLine progress = new ProgressLine(Terminal.showsStandardError())) {
            reports.add(training.run(how, progress));
        }
        for (ClassifierStart other : ClassifierStart.values()) {
            if (compare && other != start()) {
                try (ProgressLine progress = new ProgressLine(Terminal.showsStandardError())) {
                    reports.add(training.measure(other, how, progress));
                }
            }
        }
        print(reports);
        return 0;
    }

    private ClassifierOptions options() {
        return new ClassifierOptions(
                start(),
                dimension,
                learningRate,
                headLearningRate,
                heldOut,
                steps.or(ClassifierOptions.defaults().steps()));
    }

    private ClassifierStart start() {
        if (init == null) {
            return ClassifierStart.SCRATCH;
        }
        return freeze ? ClassifierStart.FROZEN : ClassifierStart.FINE_TUNED;
    }

    private void print(List<ClassifierReport> reports) {
        PrintWriter out = spec.commandLine().getOut();
        ClassifierReport chosen = reports.get(0);
        new ClassifierTable(out).print(reports);
        out.printf(
                Locale.ROOT,
                "wrote     %s: %s, %d classes; its head and curve are in training/%n",
                run.model(),
                ClassifierTable.name(chosen.start()),
                chosen.labels().size());
    }
}
