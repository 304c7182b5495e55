package io.forestage.training.skipgram;

import io.forestage.training.session.KeyedRandom;
import java.util.ArrayDeque;

/**
 * Draws tokens with a probability proportional to their count to the power of 3/4, in constant time
 * by the alias method.
 *
 * <p><b>Source.</b> Mikolov et al. 2013b, section 2.2; Vose 1991, <i>A Linear Algorithm for
 * Generating Random Numbers with a Given Distribution</i>.
 */
final class NegativeSampler {

    private static final double POWER = 0.75;

    private static final double WHOLE = 0x1p32;

    private final int[] tokens;
    private final int[] aliases;

    /** How many of 2^32 draws of a slot keep its own token; the others take its alias. */
    private final long[] keeps;

    /** Creates a sampler of some tokens; {@code counts} has the count of each id. */
    NegativeSampler(int[] tokens, long[] counts) {
        this.tokens = tokens;
        aliases = new int[tokens.length];
        keeps = new long[tokens.length];
        double[] share = new double[tokens.length];
        double total = 0;
        for (int i = 0; i < tokens.length; i++) {
            share[i] = StrictMath.pow((double) counts[tokens[i]], POWER);
            total += share[i];
        }
        for (int i = 0; i < tokens.length; i++) {
            share[i] *= tokens.length / total;
        }
        fill(share);
    }

    /** Returns the number of tokens. */
    int size() {
        return tokens.length;
    }

    /** Returns a random token. */
    int draw(KeyedRandom random) {
        long number = random.next();
        int slot = KeyedRandom.scaled(number, tokens.length);
        return tokens[(number & 0xffffffffL) < keeps[slot] ? slot : aliases[slot]];
    }

    /** Fills each slot up to one share: a token of less shares its slot with one of more. */
    private void fill(double[] share) {
        ArrayDeque<Integer> small = new ArrayDeque<>();
        ArrayDeque<Integer> large = new ArrayDeque<>();
        for (int i = 0; i < share.length; i++) {
            (share[i] < 1 ? small : large).add(i);
        }
        while (!small.isEmpty() && !large.isEmpty()) {
            int less = small.remove();
            int more = large.remove();
            keeps[less] = (long) (share[less] * WHOLE);
            aliases[less] = more;
            share[more] -= 1 - share[less];
            (share[more] < 1 ? small : large).add(more);
        }
        // Those left have one share each, but for rounding.
        small.forEach(this::keep);
        large.forEach(this::keep);
    }

    private void keep(int slot) {
        keeps[slot] = (long) WHOLE;
        aliases[slot] = slot;
    }
}
