package io.forestage.training.skipgram;

import io.forestage.training.session.KeyedRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The vocabulary dealt into parts of about equal weight, anew for each step. A pair lies in the
 * block (part of its center, part of its context); blocks that share neither part touch no common
 * row, so they can be trained at once and the result is the same as one after the other (Gemulla et
 * al. 2011, <i>Large-Scale Matrix Factorization with Distributed Stochastic Gradient Descent</i>;
 * Zhu et al. 2019, <i>GraphVite</i>).
 *
 * <p>Tokens are dealt from the heaviest to the lightest, each round of them in a random order. The
 * noise of a block comes from its context's part; as the parts change, each token is in time set
 * against all others.
 */
final class VocabularyPartition {

    /** Enough for as many threads, and few enough for blocks to be long. */
    private static final int MOST = 16;

    /** So that a part has noise to draw from. */
    private static final int MIN_TOKENS = 64;

    private static final int DEALING = 3;

    private final int count;
    private final int[] partOf;
    private final int[][] members;
    private final NegativeSampler[] noise;

    private VocabularyPartition(int[] partOf, int[][] members, NegativeSampler[] noise) {
        count = members.length;
        this.partOf = partOf;
        this.members = members;
        this.noise = noise;
    }

    /** The tokens that occur, the heaviest first. */
    static int[] byWeight(long[] counts, Subsampling subsampling) {
        return IntStream.range(0, counts.length)
                .filter(id -> counts[id] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -counts[id] * subsampling.chance(id)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    static VocabularyPartition deal(int[] byWeight, long[] counts, long seed, long step) {
        int count = Math.max(1, Math.min(MOST, byWeight.length / MIN_TOKENS));
        KeyedRandom random = new KeyedRandom(seed, DEALING, step);
        int[] partOf = new int[counts.length];
        int[][] members = new int[count][(byWeight.length + count - 1) / count];
        int[] sizes = new int[count];
        int[] order = IntStream.range(0, count).toArray();
        for (int i = 0; i < byWeight.length; i++) {
            if (i % count == 0) {
                random.shuffle(order);
            }
            int part = order[i % count];
            partOf[byWeight[i]] = part;
            members[part][sizes[part]++] = byWeight[i];
        }
        NegativeSampler[] noise = new NegativeSampler[count];
        for (int part = 0; part < count; part++) {
            members[part] = Arrays.copyOf(members[part], sizes[part]);
            noise[part] = new NegativeSampler(members[part], counts);
        }
        return new VocabularyPartition(partOf, members, noise);
    }

    /** How many parts there are. */
    int count() {
        return count;
    }

    /** The tokens of a part, the heaviest first. */
    int[] members(int part) {
        return members[part];
    }

    /** How many tokens the parts before a part have. */
    int firstPlace(int part) {
        return Arrays.stream(members).limit(part).mapToInt(each -> each.length).sum();
    }

    /** The block of a pair, from 0 to count² - 1. */
    int block(int center, int context) {
        return partOf[center] * count + partOf[context];
    }

    /** The block that a part of centers has in a round: all its blocks in count rounds. */
    int blockInRound(int centers, int round) {
        return centers * count + (centers + round) % count;
    }

    /** What the negatives of a block are drawn from. */
    NegativeSampler noise(int block) {
        return noise[block % count];
    }
}
