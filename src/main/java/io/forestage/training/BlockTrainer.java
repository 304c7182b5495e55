package io.forestage.training;

/** Goes through the pairs of blocks, one after the other: plain stochastic gradient descent. */
final class BlockTrainer {

    private static final int NOISE = 5;

    /** A noise of few, very uneven tokens may not give as many different ones as asked for. */
    private static final int DRAWS_PER_NEGATIVE = 8;

    private final SkipGramTables tables;
    private final SkipGramOptions options;
    private final Logistic logistic = new Logistic();

    BlockTrainer(SkipGramTables tables, SkipGramOptions options) {
        this.tables = tables;
        this.options = options;
    }

    /** Trains a block and gives the sum of its pairs' losses. */
    double train(PairBlocks pairs, Parts parts, int block, long step, float rate) {
        RowTable centers = tables.centers();
        RowTable contexts = tables.contexts();
        NoiseTable noise = parts.noise(block);
        PairKernel kernel = new PairKernel(logistic, options.dimension(), options.negatives());
        Mix random = new Mix(options.seed(), NOISE, step, block);
        int[] drawn = new int[options.negatives() + 1];
        int end = pairs.end(block);
        for (int pair = pairs.start(block); pair < end; pair++) {
            drawn[0] = pairs.context(pair);
            int count = draw(noise, random, drawn);
            for (int i = 0; i < count; i++) {
                kernel.setRow(i, contexts.row(drawn[i]));
            }
            kernel.step(centers.row(pairs.center(pair)), count, rate);
        }
        return kernel.loss();
    }

    /** Puts negatives behind the context, all of them different; the number of tokens then. */
    private static int draw(NoiseTable noise, Mix random, int[] drawn) {
        int count = 1;
        int wanted = Math.min(drawn.length, noise.size());
        for (int left = DRAWS_PER_NEGATIVE * drawn.length; count < wanted && left > 0; left--) {
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
