package io.forestage.training;

import io.forestage.model.NewModel;
import io.forestage.tokens.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Learns a token embedding from text: skip-gram with negative sampling over GPT-2's tokens, where
 * each token's vector has to tell the tokens around it from noise.
 *
 * <p>The objective is word2vec's: a random window of 1 to W tokens on either side, frequent tokens
 * thinned out, K negatives from the counts to the power of 3/4, a rate that falls in proportion to
 * the text that is done. The differences: what is a sentence there is a paragraph here (between
 * blank lines, at most 65536 characters); the negatives of one pair are all different; and, instead
 * of threads that overwrite each other's work, the pairs of a step are trained in blocks that share
 * no rows, {@link Parts}, so that the same seed gives the same bits whatever the number of threads.
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
     * @throws IllegalArgumentException if the text is too short
     * @throws IllegalStateException if the loss is no number any more; the last checkpoint is kept
     */
    public SkipGramReport run(TrainingRun run, TrainingListener listener) throws IOException {
        NewModel.requireFree(model, run.force());
        requireStart(run.start());
        TrainingText text;
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            text = new TextReader(tokenizer).read(texts).withoutRare(options.minCount());
        }
        if (!text.hasPairs()) {
            throw new IllegalArgumentException(
                    "%s: expected at least two neighbouring tokens that occur %d times or more, found none; give more text or a smaller min-count"
                            .formatted(texts, options.minCount()));
        }
        SkipGramCheckpoint checkpoint = new SkipGramCheckpoint(model, identity(text));
        if (run.start() == TrainingRun.Start.AFRESH) {
            checkpoint.delete();
        }
        try (Workers workers = new Workers(run.threads())) {
            SkipGramSession session =
                    new SkipGramSession(new SkipGramSchedule(text, options), checkpoint, workers);
            if (run.start() == TrainingRun.Start.RESUME) {
                session.resume();
            }
            session.train(run.checkpointEvery(), listener);
            SkipGramReport report =
                    new TrainedModel(session, checkpoint.identity()).write(model, run);
            checkpoint.delete();
            return report;
        }
    }

    private void requireStart(TrainingRun.Start start) throws IOException {
        SkipGramCheckpoint checkpoint = new SkipGramCheckpoint(model, Map.of());
        if (start == TrainingRun.Start.RESUME && !checkpoint.exists()) {
            throw new IOException(
                    checkpoint.file()
                            + ": expected a checkpoint to resume, found none; train without"
                            + " --resume");
        }
        if (start == TrainingRun.Start.NEW && checkpoint.exists()) {
            throw new IOException(
                    checkpoint.file()
                            + ": the checkpoint of an unfinished training is there; --resume goes"
                            + " on with it, --force begins anew");
        }
    }

    /** What makes a training the one that it is. */
    private Map<String, String> identity(TrainingText text) {
        Map<String, String> identity = new LinkedHashMap<>();
        identity.put("task", "skipgram");
        identity.putAll(options.asText());
        int i = 0;
        for (TrainingText.TextFile file : text.files()) {
            identity.put(
                    "text " + i++,
                    "%s, %d bytes, sha256 %s".formatted(file.name(), file.bytes(), file.sha256()));
        }
        identity.put("texts", Integer.toString(text.files().size()));
        return identity;
    }
}
