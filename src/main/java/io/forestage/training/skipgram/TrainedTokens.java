package io.forestage.training.skipgram;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** The tokens that a text has, with what follows from their counts. */
final class TrainedTokens {

    private final long[] counts;
    private final long seed;
    private final Subsampling subsampling;
    private final int[] byWeight;

    /** Takes the count of each id, 0 for one that is not trained. */
    TrainedTokens(long[] counts, SkipGramOptions options) {
        this.counts = counts;
        seed = options.seed();
        subsampling = new Subsampling(counts, options);
        byWeight = VocabularyPartition.byWeight(counts, subsampling);
    }

    /** Returns their ids, those with the most occurrences after subsampling first. */
    int[] ids() {
        return byWeight.clone();
    }

    /** Returns whether a token is trained. */
    boolean has(int id) {
        return counts[id] > 0;
    }

    Subsampling subsampling() {
        return subsampling;
    }

    /** Returns the most parts that these tokens can have. */
    int mostParts() {
        return VocabularyPartition.mostParts(byWeight.length);
    }

    /** Returns the partition of a step into {@code most} parts, or fewer of few tokens. */
    VocabularyPartition parts(int most, long step) {
        return VocabularyPartition.random(byWeight, counts, most, seed, step);
    }

    /** Returns the size of the training, for the model's provenance. */
    Map<String, String> measures() {
        return new TreeMap<>(
                Map.of(
                        "tokens", Long.toString(Arrays.stream(counts).sum()),
                        "trained rows", Integer.toString(byWeight.length)));
    }
}
