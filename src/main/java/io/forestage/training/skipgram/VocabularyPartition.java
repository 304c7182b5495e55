package io.forestage.training.skipgram;

import io.forestage.training.session.KeyedRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A random partition of the vocabulary into parts of about equal weight, another one for each step.
 * A pair is in the block (part of its center, part of its context). Blocks that share neither part
 * have no row in common, so they can be trained in parallel with the same result as one by one.
 *
 * <p>Tokens are assigned from the heaviest to the lightest: the next ones go one to each part, in
 * random order. The negatives of a block come from the part of its contexts. As the parts change
 * with each step, any token becomes a negative of any other in time.
 *
 * <p><b>Source.</b> Gemulla et al. 2011, <i>Large-Scale Matrix Factorization with Distributed
 * Stochastic Gradient Descent</i>; Zhu et al. 2019, <i>GraphVite</i>.
 */
final class VocabularyPartition {

    /** As many threads of a machine can work at once; with more parts, blocks would be short. */
    static final int MOST_THREADS = 16;

    /** A part needs tokens to draw negatives from. */
    private static final int MIN_TOKENS = 64;

    private static final int ASSIGNING = 3;

    private final int count;
    private final int[] partOf;

    /** The index of each token among the members of its part. */
    private final int[] indexOf;

    private final int[][] members;
    private final NegativeSampler[] noise;

    private VocabularyPartition(
            int[] partOf, int[] indexOf, int[][] members, NegativeSampler[] noise) {
        count = members.length;
        this.partOf = partOf;
        this.indexOf = indexOf;
        this.members = members;
        this.noise = noise;
    }

    /** Returns the tokens that occur, those with the most occurrences after subsampling first. */
    static int[] byWeight(long[] counts, Subsampling subsampling) {
        return IntStream.range(0, counts.length)
                .filter(id -> counts[id] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -counts[id] * subsampling.probability(id)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Returns the most parts of some tokens, at least 1. */
    static int mostParts(int tokens) {
        return Math.max(1, tokens / MIN_TOKENS);
    }

    /** Creates the partition of a step into {@code most} parts, or fewer of few tokens. */
    static VocabularyPartition random(
            int[] byWeight, long[] counts, int most, long seed, long step) {
        int count = Math.min(most, mostParts(byWeight.length));
        KeyedRandom random = new KeyedRandom(seed, ASSIGNING, step);
        int[] partOf = new int[counts.length];
        int[] indexOf = new int[counts.length];
        int[][] members = new int[count][(byWeight.length + count - 1) / count];
        int[] sizes = new int[count];
        int[] order = IntStream.range(0, count).toArray();
        for (int i = 0; i < byWeight.length; i++) {
            if (i % count == 0) {
                random.shuffle(order);
            }
            int part = order[i % count];
            partOf[byWeight[i]] = part;
            indexOf[byWeight[i]] = sizes[part];
            members[part][sizes[part]++] = byWeight[i];
        }
        NegativeSampler[] noise = new NegativeSampler[count];
        for (int part = 0; part < count; part++) {
            members[part] = Arrays.copyOf(members[part], sizes[part]);
            noise[part] = new NegativeSampler(members[part], counts);
        }
        return new VocabularyPartition(partOf, indexOf, members, noise);
    }

    /** Returns the number of parts. */
    int count() {
        return count;
    }

    /** Returns the tokens of a part, the heaviest first. */
    int[] members(int part) {
        return members[part];
    }

    /** Returns the part of a token. */
    int partOf(int id) {
        return partOf[id];
    }

    /** Returns the index of a token among the {@link #members} of its part. */
    int indexOf(int id) {
        return indexOf[id];
    }

    /** Returns the number of tokens in the parts before a part. */
    int firstIndex(int part) {
        return Arrays.stream(members).limit(part).mapToInt(each -> each.length).sum();
    }

    /** Returns the block of a pair, from 0 to count² - 1. */
    int block(int center, int context) {
        return partOf[center] * count + partOf[context];
    }

    /** Returns the block of a part of centers in a round; in {@code count} rounds it has all. */
    int blockInRound(int centers, int round) {
        return centers * count + (centers + round) % count;
    }

    /** Returns the sampler of a block's negatives. */
    NegativeSampler noise(int block) {
        return noise[block % count];
    }
}
