package io.forestage.cli.train;

import io.forestage.training.TrainingRun;
import io.forestage.training.skipgram.SkipGramOptions;
import io.forestage.training.skipgram.SkipGramReport;
import io.forestage.training.skipgram.SkipGramTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train skipgram}: word2vec's objective over GPT-2's tokens. */
@Command(
        name = "skipgram",
        description = "Train token vectors on text by skip-gram with negative sampling.",
        showDefaultValues = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage train skipgram --text book.txt news.txt --model models/words",
            "  forestage train skipgram --text book.txt --model models/words --resume"
        })
final class SkipGramCommand extends TrainingCommand<SkipGramTraining> {

    @Option(
            names = "--text",
            paramLabel = "FILE",
            arity = "1..*",
            required = true,
            description = "UTF-8 texts. Windows end at blank lines.")
    private List<Path> texts;

    @Option(names = "--dim", paramLabel = "D", description = "The width D of the vectors.")
    private int dimension = SkipGramOptions.defaults().dimension();

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "The maximum distance of a context token.")
    private int window = SkipGramOptions.defaults().window();

    @Option(
            names = "--negative",
            paramLabel = "N",
            description = "Negative samples per context token.")
    private int negatives = SkipGramOptions.defaults().negatives();

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the text.")
    private int epochs = SkipGramOptions.defaults().epochs();

    @Option(
            names = "--sample",
            paramLabel = "SHARE",
            description = "Subsample tokens whose share exceeds this; 0: none.")
    private double sample = SkipGramOptions.defaults().sample();

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "The initial learning rate; it decays linearly to almost 0.")
    private double learningRate = SkipGramOptions.defaults().learningRate();

    @Option(
            names = "--min-count",
            paramLabel = "N",
            description = "Leave out tokens that are rarer than this.")
    private int minCount = SkipGramOptions.defaults().minCount();

    @Option(names = "--seed", paramLabel = "N", description = "The seed of all random numbers.")
    private long seed = SkipGramOptions.defaults().seed();

    @Mixin private TrainingOptions.Order order;

    SkipGramCommand() {
        super(TrainingRun.defaults().checkpointEvery());
    }

    @Override
    SkipGramTraining prepare(Path model) {
        if (!options().device().equals("cpu")) {
            throw new IllegalArgumentException(
                    "--device: %s, found %s; leave the option out"
                            .formatted(SkipGramTraining.WHY_CPU, options().device()));
        }
        return new SkipGramTraining(
                texts,
                model,
                new SkipGramOptions(
                        dimension,
                        window,
                        negatives,
                        epochs,
                        sample,
                        learningRate,
                        minCount,
                        seed,
                        order.order()));
    }

    @Override
    void train(SkipGramTraining training, TrainingRun run) throws IOException {
        SkipGramReport report = watched(progress -> training.run(run, progress));
        spec().commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "wrote     %s: vectors of %d tokens trained, loss %.4f, %d s; training/ has"
                                + " the curve%n",
                        report.model(),
                        report.trainedTokens(),
                        report.last().loss(),
                        report.last().elapsed().toSeconds());
    }
}
