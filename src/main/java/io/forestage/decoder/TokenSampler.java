package io.forestage.decoder;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Chooses the next token of one text. The arithmetic is Java's in float64, so that equal logits and
 * an equal seed choose the same tokens on every machine.
 */
final class TokenSampler {

    private final GenerationOptions options;
    private final SplittableRandom random;

    TokenSampler(GenerationOptions options) {
        this.options = options;
        random = new SplittableRandom(options.seed());
    }

    /**
     * Returns the next token; of two equally likely ones, the one with the lower id comes first.
     *
     * @param logits a number for each token
     * @throws IllegalStateException if no logit is a number
     */
    int next(float[] logits) {
        int best = mostLikely(logits);
        return options.temperature() == 0 ? best : draw(logits, logits[best]);
    }

    private static int mostLikely(float[] logits) {
        int best = -1;
        for (int id = 0; id < logits.length; id++) {
            if (!Float.isNaN(logits[id]) && (best < 0 || logits[id] > logits[best])) {
                best = id;
            }
        }
        if (best < 0 || Float.isInfinite(logits[best])) {
            throw new IllegalStateException(
                    "logits: expected finite numbers, found NaN or infinity; the model's weights"
                            + " are damaged, or not a GPT-2's");
        }
        return best;
    }

    private int draw(float[] logits, float greatest) {
        int[] ids = candidates(logits);
        double[] weights = new double[ids.length];
        double sum = 0;
        for (int i = 0; i < ids.length; i++) {
            weights[i] = weight(logits[ids[i]], greatest);
            sum += weights[i];
        }
        int count = options.topP() < 1 ? nucleus(ids, weights, sum, logits) : ids.length;
        double kept = 0;
        for (int i = 0; i < count; i++) {
            kept += weights[i];
        }
        double left = random.nextDouble() * kept;
        int last = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > 0) {
                last = i;
                left -= weights[i];
                if (left < 0) {
                    break;
                }
            }
        }
        return ids[last]; // the last one, if rounding left a rest
    }

    private double weight(float logit, float greatest) {
        return Float.isNaN(logit)
                ? 0
                : StrictMath.exp(((double) logit - greatest) / options.temperature());
    }

    /** All tokens, or the most likely ones, in the order of their ids. */
    private int[] candidates(float[] logits) {
        int count = options.topK();
        int[] ids = new int[logits.length];
        Arrays.setAll(ids, id -> id);
        if (count == 0 || count >= logits.length) {
            return ids;
        }
        PriorityQueue<Long> most = new PriorityQueue<>();
        for (int id = 0; id < logits.length; id++) {
            long key = key(logits[id], id);
            if (most.size() < count) {
                most.add(key);
            } else if (key > most.element()) {
                most.poll();
                most.add(key);
            }
        }
        return most.stream().mapToInt(TokenSampler::id).sorted().toArray();
    }

    /**
     * Moves the fewest most likely tokens that together reach the probability to the front, and
     * returns their number. A token below (1 − p)/n of the whole cannot be among them: all such
     * tokens together have less than 1 − p.
     */
    private int nucleus(int[] ids, double[] weights, double sum, float[] logits) {
        double least = (1 - options.topP()) / ids.length * sum;
        long[] keys = new long[ids.length];
        int count = 0;
        for (int i = 0; i < ids.length; i++) {
            if (weights[i] >= least) {
                keys[count++] = key(logits[ids[i]], i);
            }
        }
        Arrays.sort(keys, 0, count);
        int[] sortedIds = new int[count];
        double[] sortedWeights = new double[count];
        double reached = 0;
        int taken = 0;
        while (taken < count && reached < options.topP() * sum) {
            int index = id(keys[count - 1 - taken]);
            sortedIds[taken] = ids[index];
            sortedWeights[taken] = weights[index];
            reached += weights[index];
            taken++;
        }
        System.arraycopy(sortedIds, 0, ids, 0, taken);
        System.arraycopy(sortedWeights, 0, weights, 0, taken);
        return taken;
    }

    /** A number that is greater for a greater value, and of equal values for the lower index. */
    private static long key(float value, int index) {
        int bits = Float.floatToIntBits(Float.isNaN(value) ? Float.NEGATIVE_INFINITY : value + 0f);
        int ordered = bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
        return (long) ordered << Integer.SIZE | Integer.MAX_VALUE - index;
    }

    private static int id(long key) {
        return Integer.MAX_VALUE - (int) key;
    }
}
