package io.forestage.training.skipgram;

import io.forestage.training.session.KeyedRandom;

/**
 * Trains the pairs of one block one by one: plain stochastic gradient descent. The block's random
 * numbers go on from one call to the next, so the pairs may come in several arrays.
 */
final class BlockTrainer {

    private static final int NOISE = 5;

    /** Draws of few tokens with very uneven counts may never yield enough different ones. */
    private static final int MAX_DRAWS_PER_NEGATIVE = 8;

    private final float[][] centers;
    private final float[][] contexts;
    private final NegativeSampler noise;
    private final KeyedRandom random;
    private final PairKernel kernel;

    /** The context of a pair, then its negatives. */
    private final int[] drawn;

    /**
     * Begins a block.
     *
     * @param centers the center vectors by token id, at least those of the block
     * @param contexts the context vectors, likewise
     */
    BlockTrainer(
            SkipGramOptions options,
            SigmoidTable sigmoid,
            Block block,
            float[][] centers,
            float[][] contexts) {
        this.centers = centers;
        this.contexts = contexts;
        noise = block.parts().noise(block.number());
        random = new KeyedRandom(options.seed(), NOISE, block.step(), block.number());
        kernel = new PairKernel(sigmoid, options.dimension(), options.negatives());
        drawn = new int[options.negatives() + 1];
    }

    /** A block of a step. */
    record Block(VocabularyPartition parts, int number, long step) {}

    /** Trains pairs {@code from} … {@code to} - 1 of arrays. */
    void train(int[] centerIds, int[] contextIds, int from, int to, float rate) {
        for (int pair = from; pair < to; pair++) {
            drawn[0] = contextIds[pair];
            int count = draw();
            for (int i = 0; i < count; i++) {
                kernel.setRow(i, contexts[drawn[i]]);
            }
            kernel.step(centers[centerIds[pair]], count, rate);
        }
    }

    /** Returns the sum of the losses of the pairs so far, each before its update. */
    double loss() {
        return kernel.loss();
    }

    /** Adds different negatives after the context; returns the number of tokens. */
    private int draw() {
        int count = 1;
        int wanted = Math.min(drawn.length, noise.size());
        for (int left = MAX_DRAWS_PER_NEGATIVE * drawn.length; count < wanted && left > 0; left--) {
            int token = noise.draw(random);
            boolean isNew = true;
            for (int i = 0; i < count; i++) {
                isNew &= drawn[i] != token;
            }
            if (isNew) {
                drawn[count++] = token;
            }
        }
        return count;
    }
}
