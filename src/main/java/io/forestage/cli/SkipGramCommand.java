package io.forestage.cli;

import io.forestage.training.SkipGramOptions;
import io.forestage.training.SkipGramReport;
import io.forestage.training.SkipGramTraining;
import io.forestage.training.TrainingRun;
import io.forestage.weights.StoredType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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

    @Option(
            names = "--text",
            paramLabel = "FILE",
            arity = "1..*",
            required = true,
            description = "UTF-8 text; windows end at blank lines.")
    private List<Path> texts;

    @Option(
            names = "--model",
            paramLabel = "OUT",
            required = true,
            description = "The model folder to write; checkpoints lie in OUT-training until then.")
    private Path model;

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

    @Option(names = "--threads", description = "All cores by default; the result is the same.")
    private int threads = TrainingRun.usual().threads();

    @Option(
            names = "--dtype",
            paramLabel = "float32|float16",
            description = "The element type to write.")
    private StoredType type = TrainingRun.usual().storedType();

    @Option(
            names = "--checkpoint-every",
            paramLabel = "STEPS",
            description = "A step is up to 524288 tokens.")
    private int checkpointEvery = TrainingRun.usual().checkpointEvery();

    @Option(names = "--resume", description = "Go on at the last checkpoint.")
    private boolean resume;

    @Option(names = "--force", description = "Replace a model or checkpoint that is there.")
    private boolean force;

    @Option(
            names = "--device",
            paramLabel = "cpu",
            description = "Where to train; skip-gram runs on the CPU only.")
    private String device = "cpu";

    @Override
    public Integer call() throws IOException {
        requireCpu();
        SkipGramTraining training;
        TrainingRun run;
        try {
            training = new SkipGramTraining(texts, model, options());
            run = new TrainingRun(threads, checkpointEvery, type, start(), force);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        SkipGramReport report;
        try (ProgressLine progress = new ProgressLine(Terminal.showsStandardError())) {
            report = training.run(run, progress);
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

    private TrainingRun.Start start() {
        if (resume) {
            return TrainingRun.Start.RESUME;
        }
        return force ? TrainingRun.Start.AFRESH : TrainingRun.Start.NEW;
    }

    private void requireCpu() {
        if (!device.equals("cpu")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--device: skip-gram runs on the CPU only, found "
                            + device
                            + "; leave the option out");
        }
    }
}
