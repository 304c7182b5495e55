package io.forestage.training.skipgram;

import io.forestage.training.session.KeyedRandom;

/**
 * Subsampling of frequent tokens, as in word2vec. In each epoch, an occurrence of a token with
 * share f of the text is kept with probability (√(f/s) + 1) · s/f, where s is the option {@code
 * sample}. Each position has its own random number, so that any part of the text can be processed
 * alone.
 */
final class Subsampling {

    private static final int KEEPING = 1;
    private static final int WINDOW = 2;

    private final double[] probabilities;
    private final int window;
    private final long seed;

    Subsampling(long[] counts, SkipGramOptions options) {
        double total = 0;
        for (long count : counts) {
            total += count;
        }
        probabilities = new double[counts.length];
        for (int id = 0; id < counts.length; id++) {
            double share = options.sample() / (counts[id] / total);
            probabilities[id] = options.sample() == 0 ? 1 : Math.min(1, Math.sqrt(share) + share);
        }
        window = options.window();
        seed = options.seed();
    }

    /** Returns the probability that an occurrence of a token is kept. */
    double probability(int id) {
        return probabilities[id];
    }

    /** Returns the draws of one epoch. */
    Epoch epoch(int epoch) {
        return new Epoch(
                KeyedRandom.key(seed, KEEPING, epoch), KeyedRandom.key(seed, WINDOW, epoch));
    }

    /** Returns the draws of one epoch in a text that has positions of its own. */
    Epoch epoch(int epoch, long text, int copy) {
        return new Epoch(
                KeyedRandom.key(seed, KEEPING, epoch, text, copy),
                KeyedRandom.key(seed, WINDOW, epoch, text, copy));
    }

    /** The draws of an epoch, one for each position in the text. */
    final class Epoch {

        private final long keeping;
        private final long windows;

        private Epoch(long keeping, long windows) {
            this.keeping = keeping;
            this.windows = windows;
        }

        /** Returns whether the token at a position is kept. */
        boolean keeps(int id, int position) {
            return KeyedRandom.unit(KeyedRandom.at(keeping, position)) < probabilities[id];
        }

        /** Returns the size of the window on either side of a position. */
        int window(int position) {
            return 1 + KeyedRandom.scaled(KeyedRandom.at(windows, position), window);
        }
    }
}
