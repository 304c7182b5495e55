package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import io.forestage.training.session.KeyedRandom;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * One step: a stretch of the text, whose pairs are trained in as many rounds as there are parts. In
 * round r the blocks (i, i + r) are trained at once.
 */
final class SkipGramStep {

    private final SkipGramSchedule schedule;
    private final SkipGramTables tables;
    private final BlockTrainer trainer;
    private final Workers workers;

    SkipGramStep(SkipGramSchedule schedule, SkipGramTables tables, Workers workers) {
        this.schedule = schedule;
        this.tables = tables;
        this.trainer = new BlockTrainer(tables, schedule.options());
        this.workers = workers;
    }

    /** Trains the step. */
    Result train(long step) {
        VocabularyPartition parts = schedule.parts(step);
        PairBlocks pairs =
                PairBlocks.make(
                        schedule.pairMaker(step),
                        parts,
                        schedule.start(step),
                        schedule.end(step),
                        workers);
        tables.lay(parts, workers);
        double[] losses = new double[parts.count() * parts.count()];
        for (int round = 0; round < parts.count(); round++) {
            float rate = schedule.learningRate(step, (double) round / parts.count());
            int[] blocks = longestFirst(parts, pairs, round);
            workers.run(
                    blocks.length,
                    i -> losses[blocks[i]] = trainer.train(pairs, parts, blocks[i], step, rate));
        }
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return new Result(sum, pairs.size());
    }

    /** So that no thread is left with a long block at the end. */
    private static int[] longestFirst(VocabularyPartition parts, PairBlocks pairs, int round) {
        return IntStream.range(0, parts.count())
                .map(part -> parts.blockInRound(part, round))
                .boxed()
                .sorted(Comparator.comparingInt(block -> -pairs.size(block)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * What a step came to.
     *
     * @param loss the sum of its pairs' losses, each at the weights that the pair found
     * @param pairs how many there were
     */
    record Result(double loss, int pairs) {}

    /** Goes through the pairs of blocks, one after the other: plain stochastic gradient descent. */
    static final class BlockTrainer {

        private static final int NOISE = 5;

        /** A noise of few, very uneven tokens may not give as many different ones as asked for. */
        private static final int DRAWS_PER_NEGATIVE = 8;

        private final SkipGramTables tables;
        private final SkipGramOptions options;
        private final SigmoidTable logistic = new SigmoidTable();

        BlockTrainer(SkipGramTables tables, SkipGramOptions options) {
            this.tables = tables;
            this.options = options;
        }

        /** Trains a block and gives the sum of its pairs' losses. */
        double train(
                PairBlocks pairs, VocabularyPartition parts, int block, long step, float rate) {
            SkipGramTables.RowTable centers = tables.centers();
            SkipGramTables.RowTable contexts = tables.contexts();
            NegativeSampler noise = parts.noise(block);
            PairKernel kernel = new PairKernel(logistic, options.dimension(), options.negatives());
            KeyedRandom random = new KeyedRandom(options.seed(), NOISE, step, block);
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
        private static int draw(NegativeSampler noise, KeyedRandom random, int[] drawn) {
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
}
