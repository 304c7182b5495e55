package io.forestage.training.skipgram;

import io.forestage.training.text.TrainingText;
import java.util.Map;

/** Derives everything about a step from its index alone. */
final class SkipGramSchedule {

    /** Fewer tokens a step make short blocks; more delay the first update of a row. */
    private static final int MIN_TOKENS = 1 << 16;

    private static final int MAX_TOKENS = 1 << 19;

    /** The steps of an epoch of a short text, so that its curve has some points. */
    private static final int STEPS_PER_EPOCH = 16;

    /** The tokens that are searched for a pair at once; most texts have one among them. */
    private static final int TOKENS_PER_SEARCH = 1 << 12;

    private final TrainingText text;
    private final SkipGramOptions options;
    private final TrainedTokens tokens;
    private final int stepTokens;
    private final int stepsPerEpoch;

    SkipGramSchedule(TrainingText text, SkipGramOptions options) {
        this.text = text;
        this.options = options;
        tokens = new TrainedTokens(text.counts(), options);
        int length = text.ids().length;
        stepTokens = Math.max(MIN_TOKENS, Math.min(MAX_TOKENS, length / STEPS_PER_EPOCH));
        stepsPerEpoch = (int) ((length + (long) stepTokens - 1) / stepTokens);
    }

    SkipGramOptions options() {
        return options;
    }

    /** Returns V. */
    int vocabularySize() {
        return text.vocabularySize();
    }

    /** Returns the tokens that occur; no others are trained. */
    int[] trained() {
        return tokens.ids();
    }

    /** Returns the size of the training, for the model's provenance. */
    Map<String, String> measures() {
        return tokens.measures();
    }

    /** Returns the number of steps; they are numbered from 0. */
    long steps() {
        return (long) stepsPerEpoch * options.epochs();
    }

    /** Returns the position in the text at which a step starts. */
    int start(long step) {
        return (int) (step % stepsPerEpoch) * stepTokens;
    }

    /** Returns the position in the text before which a step ends. */
    int end(long step) {
        return (int) Math.min(text.ids().length, (long) start(step) + stepTokens);
    }

    /** Returns the number of tokens processed before a step, over all epochs. */
    long tokensBefore(long step) {
        return step / stepsPerEpoch * text.ids().length + start(step);
    }

    PairMaker pairMaker(long step) {
        int epoch = (int) (step / stepsPerEpoch);
        return new PairMaker(text.ids(), tokens.subsampling().epoch(epoch), options.window());
    }

    /** Returns whether any step has a pair after subsampling. */
    boolean hasPairs() {
        boolean[] found = new boolean[1];
        for (long step = 0; step < steps(); step++) {
            PairMaker pairs = pairMaker(step);
            for (int begin = start(step); begin < end(step); begin += TOKENS_PER_SEARCH) {
                int last = Math.min(end(step), begin + TOKENS_PER_SEARCH);
                pairs.make(begin, last, (center, context) -> found[0] = true);
                if (found[0]) {
                    return true;
                }
            }
        }
        return false;
    }

    VocabularyPartition parts(long step) {
        return tokens.parts(VocabularyPartition.MOST_THREADS, step);
    }

    /** Returns the learning rate after a fraction of a step. */
    float learningRate(long step, double fraction) {
        double done = tokensBefore(step) + fraction * (end(step) - start(step));
        double all = (double) text.ids().length * options.epochs();
        return options.learningRateAfter(done / all);
    }
}
