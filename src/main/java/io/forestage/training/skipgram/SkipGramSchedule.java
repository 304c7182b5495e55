package io.forestage.training.skipgram;

import io.forestage.training.text.TrainingText;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Derives everything about a step from its index alone. */
final class SkipGramSchedule {

    /** Fewer tokens make short blocks; more keep rows waiting for their first update. */
    private static final int MIN_TOKENS = 1 << 16;

    private static final int MAX_TOKENS = 1 << 19;

    /** What a short text is divided by, for a curve with some points. */
    private static final int STEPS_OF_AN_EPOCH = 16;

    /** Most texts have a pair among so many. */
    private static final int TOKENS_OF_A_LOOK = 1 << 12;

    private static final double LOWEST_RATE = 1e-4;

    private final TrainingText text;
    private final SkipGramOptions options;
    private final long[] counts;
    private final Subsampling subsampling;
    private final int[] byWeight;
    private final int stepTokens;
    private final int stepsOfAnEpoch;

    SkipGramSchedule(TrainingText text, SkipGramOptions options) {
        this.text = text;
        this.options = options;
        counts = text.counts();
        subsampling = new Subsampling(counts, options);
        byWeight = VocabularyPartition.byWeight(counts, subsampling);
        int length = text.ids().length;
        stepTokens = Math.max(MIN_TOKENS, Math.min(MAX_TOKENS, length / STEPS_OF_AN_EPOCH));
        stepsOfAnEpoch = (int) ((length + (long) stepTokens - 1) / stepTokens);
    }

    SkipGramOptions options() {
        return options;
    }

    /** V. */
    int vocabularySize() {
        return text.vocabularySize();
    }

    /** The tokens that occur; no others are ever trained. */
    int[] trained() {
        return byWeight.clone();
    }

    /** How much there is to train, in words for those who ask where a model comes from. */
    Map<String, String> measures() {
        return new TreeMap<>(
                Map.of(
                        "tokens", Long.toString(Arrays.stream(counts).sum()),
                        "trained rows", Integer.toString(byWeight.length)));
    }

    /** How many steps there are, counted from 0. */
    long steps() {
        return (long) stepsOfAnEpoch * options.epochs();
    }

    /** Where a step's part of the text starts. */
    int start(long step) {
        return (int) (step % stepsOfAnEpoch) * stepTokens;
    }

    int end(long step) {
        return (int) Math.min(text.ids().length, (long) start(step) + stepTokens);
    }

    /** How much of the text has been gone through before a step, all epochs together. */
    long tokensBefore(long step) {
        return step / stepsOfAnEpoch * text.ids().length + start(step);
    }

    PairBlocks.PairMaker pairMaker(long step) {
        int epoch = (int) (step / stepsOfAnEpoch);
        return new PairBlocks.PairMaker(text, subsampling.epoch(epoch), options.window());
    }

    /** Whether any step has a pair to learn from, after frequent tokens were thinned out. */
    boolean hasPairs() {
        boolean[] found = new boolean[1];
        for (long step = 0; step < steps(); step++) {
            PairBlocks.PairMaker pairs = pairMaker(step);
            for (int begin = start(step); begin < end(step); begin += TOKENS_OF_A_LOOK) {
                int last = Math.min(end(step), begin + TOKENS_OF_A_LOOK);
                pairs.make(begin, last, (center, context) -> found[0] = true);
                if (found[0]) {
                    return true;
                }
            }
        }
        return false;
    }

    VocabularyPartition parts(long step) {
        return VocabularyPartition.deal(byWeight, counts, options.seed(), step);
    }

    /** The rate at some fraction of a step. */
    float learningRate(long step, double fraction) {
        double done = tokensBefore(step) + fraction * (end(step) - start(step));
        double all = (double) text.ids().length * options.epochs();
        return (float) (options.learningRate() * Math.max(LOWEST_RATE, 1 - done / all));
    }
}
