package io.forestage.training.skipgram;

import io.forestage.model.ModelConfig;
import io.forestage.model.PositionKind;
import io.forestage.support.Workers;
import io.forestage.tokens.TextTokenizer;
import io.forestage.training.TrainingDevices;
import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingRun;
import io.forestage.training.session.ModelTraining;
import io.forestage.training.session.StartingModel;
import io.forestage.training.session.TrainingCheckpoint;
import io.forestage.training.session.TrainingCurve;
import io.forestage.training.text.TextCut;
import io.forestage.training.text.TextReader;
import io.forestage.training.text.TrainingText;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.RowSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Learns a token embedding from text: skip-gram with negative sampling over GPT-2's tokens, where
 * each token's vector has to tell the tokens around it from noise.
 *
 * <p>The objective is word2vec's: a random window of 1 to W tokens on either side, frequent tokens
 * thinned out, K negatives from the counts to the power of 3/4, a rate that falls in proportion to
 * the text that is done. The differences: what is a sentence there is a paragraph here (between
 * blank lines, at most 65536 characters); the negatives of one pair are all different; and, instead
 * of threads that overwrite each other's work, the pairs of a step are trained in blocks that share
 * no rows, {@link VocabularyPartition}, so that the same seed gives the same bits whatever the
 * number of threads.
 *
 * <p>A token of text takes up to 16 bytes while the text is read and 4 from then on, the pairs of a
 * step up to 100 MB at a window of 5, the tables 16 · V · D bytes. Tokens that the text lacks keep
 * the small random vectors that they start with.
 *
 * <p><b>Source.</b> Mikolov et al. 2013a, <i>Efficient Estimation of Word Representations in Vector
 * Space</i>; Mikolov et al. 2013b, <i>Distributed Representations of Words and Phrases and their
 * Compositionality</i>, section 2.
 */
public final class SkipGramTraining {

    /** Why no other device will do. */
    public static final String WHY_CPU =
            "skip-gram runs on the CPU only, as each pair moves its rows before the next one looks"
                    + " at them: one short task after the other, in Java";

    private final List<Path> texts;
    private final Path model;
    private final SkipGramOptions options;

    /**
     * Prepares a training; nothing is read or written yet.
     *
     * @param texts UTF-8 files
     * @param model the model folder to write
     * @param options what to train
     */
    public SkipGramTraining(List<Path> texts, Path model, SkipGramOptions options) {
        this.texts = List.copyOf(texts);
        this.model = model;
        this.options = options;
    }

    /**
     * Trains and writes the model folder. Checkpoints lie in a folder beside it, of the same name
     * with {@code -training} at its end, until the model is written.
     *
     * @param run how to run it
     * @param listener hears of each step
     * @return what came of it
     * @throws IOException if a text cannot be read, or a checkpoint or the model cannot be written
     * @throws IllegalArgumentException if the text is too short, also after frequent tokens were
     *     thinned out, or the device is not the CPU
     * @throws IllegalStateException if the loss is no number any more; the last checkpoint is kept
     */
    public SkipGramReport run(TrainingRun run, TrainingListener listener) throws IOException {
        requireCpu(run.devices());
        try (ModelTraining training = ModelTraining.open(model, run)) {
            TrainingText text;
            try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
                text =
                        new TextReader(tokenizer, TextCut.PARAGRAPHS)
                                .read(texts)
                                .withoutRare(options.minCount());
            }
            if (!text.hasPairs()) {
                throw new IllegalArgumentException(
                        "%s: expected at least two neighbouring tokens that occur %d times or more, found none; give more text or a smaller min-count"
                                .formatted(texts, options.minCount()));
            }
            Map<String, String> identity =
                    TrainingCheckpoint.identityOf(
                            "skipgram", options.asText(), "text", text.files());
            Workers workers = new Workers("forestage-training", run.threads(), () -> {});
            SkipGramSchedule schedule = new SkipGramSchedule(text, options);
            if (!schedule.hasPairs()) {
                throw new IllegalArgumentException(
                        "%s: expected two neighbouring tokens after thinning with sample %s, found none in any epoch, so that nothing would be learned; give more text, or a sample of 0 for no thinning"
                                .formatted(texts, options.sample()));
            }
            SkipGramLearner learner = new SkipGramLearner(schedule, workers);
            TrainingCurve curve = training.train(learner, identity, listener);
            RowSource table = learner.embeddings(Gpt2Table.WTE.tensorName());
            training.write(
                    new ModelTraining.LearnedModel(
                            "skip-gram",
                            config(table),
                            List.of(table),
                            null,
                            StartingModel.of(null).trainedTokens(Arrays.stream(schedule.trained())),
                            schedule.measures(),
                            folder -> {}),
                    identity,
                    curve);
            return new SkipGramReport(model, schedule.trained().length, curve.last());
        }
    }

    private static void requireCpu(TrainingDevices devices) {
        if (!devices.equals(TrainingDevices.cpu())) {
            throw new IllegalArgumentException(
                    "device: " + WHY_CPU + ", found " + devices + "; leave the option out");
        }
    }

    private static ModelConfig config(RowSource table) {
        return new ModelConfig(
                table.rows(),
                ModelConfig.GPT2_N_POSITIONS, // a row's maximum: the model has no positions
                table.width(),
                0,
                1.0 / table.width(),
                PositionKind.NONE,
                OptionalLong.of(ModelConfig.GPT2_EOS_TOKEN_ID),
                OptionalInt.empty());
    }
}
