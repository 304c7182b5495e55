package io.forestage.cli;

import io.forestage.training.SkipGramOptions;
import io.forestage.training.SkipGramReport;
import io.forestage.training.SkipGramTraining;
import io.forestage.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code train skipgram}: word2vec's objective over GPT-2's tokens. */
@Command(
        name = "skipgram",
        description = "Learn a token embedding from text: skip-gram with negative sampling.",
        showDefaultValues = true)
final class SkipGramCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private RunOptions run;

    @Option(
            names = "--text",
            paramLabel = "FILE",
            arity = "1..*",
            required = true,
            description = "UTF-8 text; windows end at blank lines.")
    private List<Path> texts;

    @Option(names = "--dim", description = "D, the length of a vector.")
    private int dimension = SkipGramOptions.defaults().dimension();

    @Option(names = "--window", description = "The farthest context, in tokens.")
    private int window = SkipGramOptions.defaults().window();

    @Option(names = "--negative", description = "Tokens of noise for each context.")
    private int negatives = SkipGramOptions.defaults().negatives();

    @Option(names = "--epochs", description = "How often to go through the text.")
    private int epochs = SkipGramOptions.defaults().epochs();

    @Option(names = "--sample", description = "Thin out tokens above this share; 0: none.")
    private double sample = SkipGramOptions.defaults().sample();

    @Option(names = "--learning-rate", description = "The first one; it falls to almost 0.")
    private double learningRate = SkipGramOptions.defaults().learningRate();

    @Option(names = "--min-count", description = "Leave out tokens that occur less often.")
    private int minCount = SkipGramOptions.defaults().minCount();

    @Option(names = "--seed", description = "Where all random numbers come from.")
    private long seed = SkipGramOptions.defaults().seed();

    @Override
    public Integer call() throws IOException {
        requireCpu();
        SkipGramTraining training;
        TrainingRun how;
        try {
            training = new SkipGramTraining(texts, run.model(), options());
            how = run.run(TrainingRun.usual().checkpointEvery());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        SkipGramReport report;
        try (ProgressLine progress = new ProgressLine(Terminal.showsStandardError())) {
            report = training.run(how, progress);
        }
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "wrote     %s: %d of the tokens trained, loss %.4f, %d s; its curve is in"
                                + " training/%n",
                        report.model(),
                        report.trainedTokens(),
                        report.last().loss(),
                        report.last().elapsed().toSeconds());
        return 0;
    }

    private SkipGramOptions options() {
        return new SkipGramOptions(
                dimension, window, negatives, epochs, sample, learningRate, minCount, seed);
    }

    private void requireCpu() {
        if (!run.device().equals("cpu")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--device: "
                            + SkipGramTraining.WHY_CPU
                            + ", found "
                            + run.device()
                            + "; leave the option out");
        }
    }
}
