package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import io.forestage.tokens.TextTokenizer;
import io.forestage.training.TrainingDevices;
import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingRun;
import io.forestage.training.session.KeyedRandom;
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

/**
 * Learns a token embedding from text by skip-gram with negative sampling over GPT-2's tokens: each
 * token's vector learns to distinguish the tokens around it from random ones.
 *
 * <p>The objective is word2vec's: a random window of 1 to W tokens on either side, subsampling of
 * frequent tokens, K negatives drawn by the counts to the power of 3/4, and a linearly falling
 * learning rate. There are three differences. A paragraph (between blank lines, at most 65536
 * characters) takes the part of word2vec's sentence. The negatives of a pair are all different. And
 * threads do not overwrite each other's updates: the pairs of a step are trained in blocks that
 * share no rows ({@link VocabularyPartition}), so that the same seed produces the same bits with
 * any number of threads.
 *
 * <p><b>Memory.</b> A token of text takes up to 16 bytes while the text is read and 4 afterwards,
 * the pairs of a step up to 100 MB at a window of 5, the tables 16 · V · D bytes. Tokens that are
 * not in the text keep their small random initial vectors.
 *
 * <p><b>Source.</b> Mikolov et al. 2013a, <i>Efficient Estimation of Word Representations in Vector
 * Space</i>; Mikolov et al. 2013b, <i>Distributed Representations of Words and Phrases and their
 * Compositionality</i>, section 2.
 */
public final class SkipGramTraining {

    /** Why skip-gram runs on no other device, for messages. */
    public static final String WHY_CPU =
            "skip-gram runs on the CPU only, as its updates are too small for a GPU: each pair"
                    + " reads what the one before has written";

    private static final int MIXING = 6;

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
     * Trains and writes the model folder. Until the model is written, checkpoints are in a folder
     * beside it, named like it with {@code -training} at the end.
     *
     * @param run how to run it
     * @param listener receives the progress after each step
     * @return the model's folder and the last step
     * @throws IOException if a text cannot be read, or a checkpoint or the model cannot be written
     * @throws IllegalArgumentException if the text has no pair to learn from, or the device is not
     *     the CPU
     * @throws IllegalStateException if the loss is not finite; the last checkpoint is kept
     */
    public SkipGramReport run(TrainingRun run, TrainingListener listener) throws IOException {
        requireCpu(run.devices());
        try (ModelTraining training = ModelTraining.open(model, run)) {
            TrainingText text;
            try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
                text = ordered(new TextReader(tokenizer, TextCut.PARAGRAPHS).read(texts));
            }
            text = text.withoutRare(options.minCount());
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
                        "%s: expected two neighbouring tokens after subsampling with sample %s, found none in any epoch; give more text, or a sample of 0, which keeps all tokens"
                                .formatted(texts, options.sample()));
            }
            SkipGramLearner learner = new SkipGramLearner(schedule, workers);
            TrainingCurve curve = training.train(learner, identity, listener);
            RowSource table = learner.embeddings(Gpt2Table.WTE.tensorName());
            training.write(
                    new ModelTraining.LearnedModel(
                            "skip-gram",
                            SkipGramModelFolder.config(table),
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

    private TrainingText ordered(TrainingText text) {
        return switch (options.order()) {
            case MIXED -> text.mixed(new KeyedRandom(options.seed(), MIXING)::shuffle);
            case KEPT -> text;
        };
    }

    private static void requireCpu(TrainingDevices devices) {
        if (!devices.equals(TrainingDevices.cpu())) {
            throw new IllegalArgumentException(
                    "device: expected cpu, found %s: %s; remove the option"
                            .formatted(devices, WHY_CPU));
        }
    }
}
