package io.forestage.training.skipgram;

import io.forestage.training.session.KeyedRandom;

/**
 * Which occurrences of frequent tokens are kept, drawn anew in each epoch: those of a token with
 * share f of the text with the chance (√(f/s) + 1) · s/f, s being the option {@code sample}, as
 * word2vec does it. Each place is drawn for itself, so that any part of the text can be looked at
 * alone.
 */
final class Subsampling {

    private static final int KEEPING = 1;
    private static final int WINDOW = 2;

    private final double[] chances;
    private final int window;
    private final long seed;

    Subsampling(long[] counts, SkipGramOptions options) {
        double total = 0;
        for (long count : counts) {
            total += count;
        }
        chances = new double[counts.length];
        for (int id = 0; id < counts.length; id++) {
            double share = options.sample() / (counts[id] / total);
            chances[id] = options.sample() == 0 ? 1 : Math.min(1, Math.sqrt(share) + share);
        }
        window = options.window();
        seed = options.seed();
    }

    /** The chance that an occurrence of a token is kept. */
    double chance(int id) {
        return chances[id];
    }

    /** What is drawn in one epoch. */
    Epoch epoch(int epoch) {
        return new Epoch(
                KeyedRandom.key(seed, KEEPING, epoch), KeyedRandom.key(seed, WINDOW, epoch));
    }

    /** The draws of an epoch, one for each place of the text. */
    final class Epoch {

        private final long keeping;
        private final long windows;

        private Epoch(long keeping, long windows) {
            this.keeping = keeping;
            this.windows = windows;
        }

        boolean keeps(int id, int place) {
            return KeyedRandom.unit(KeyedRandom.at(keeping, place)) < chances[id];
        }

        /** How far the window around a place reaches. */
        int window(int place) {
            return 1 + KeyedRandom.scaled(KeyedRandom.at(windows, place), window);
        }
    }
}
