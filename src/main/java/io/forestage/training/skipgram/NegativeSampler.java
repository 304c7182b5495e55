package io.forestage.training.skipgram;

import io.forestage.training.session.KeyedRandom;
import java.util.ArrayDeque;

/**
 * Draws from some tokens, each with a chance in proportion to its count to the power of 3/4
 * (Mikolov et al. 2013b, section 2.2), in constant time by the alias method (Vose 1991, <i>A Linear
 * Algorithm for Generating Random Numbers with a Given Distribution</i>).
 */
final class NegativeSampler {

    private static final double POWER = 0.75;

    private static final double WHOLE = 0x1p32;

    private final int[] tokens;
    private final int[] aliases;

    /** How many of 2^32 draws of a place keep its own token. */
    private final long[] keeps;

    /** For tokens with the counts at their ids. */
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

    /** How many tokens there are. */
    int size() {
        return tokens.length;
    }

    int draw(KeyedRandom random) {
        long number = random.next();
        int place = KeyedRandom.scaled(number, tokens.length);
        return tokens[(number & 0xffffffffL) < keeps[place] ? place : aliases[place]];
    }

    /** Each place holds a whole share: a small one is filled up from a large one. */
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
        // What rounding leaves over is whole.
        small.forEach(this::keep);
        large.forEach(this::keep);
    }

    private void keep(int place) {
        keeps[place] = (long) WHOLE;
        aliases[place] = place;
    }
}
