package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import io.forestage.training.session.KeyedRandom;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Trains the pairs of one step, a stretch of the text, in as many rounds as there are parts. In
 * round r, the blocks (i, i + r) are trained in parallel.
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
        tables.groupByPart(parts, workers);
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

    /** Returns the blocks of a round, so ordered that no thread starts a long block at the end. */
    private static int[] longestFirst(VocabularyPartition parts, PairBlocks pairs, int round) {
        return IntStream.range(0, parts.count())
                .map(part -> parts.blockInRound(part, round))
                .boxed()
                .sorted(Comparator.comparingInt(block -> -pairs.size(block)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * The result of a step.
     *
     * @param loss the sum of the losses of its pairs, each before its update
     * @param pairs the number of pairs
     */
    record Result(double loss, int pairs) {}

    /** Trains the pairs of a block one by one: plain stochastic gradient descent. */
    static final class BlockTrainer {

        private static final int NOISE = 5;

        /** Draws of few tokens with very uneven counts may never yield enough different ones. */
        private static final int MAX_DRAWS_PER_NEGATIVE = 8;

        private final SkipGramTables tables;
        private final SkipGramOptions options;
        private final SigmoidTable sigmoid = new SigmoidTable();

        BlockTrainer(SkipGramTables tables, SkipGramOptions options) {
            this.tables = tables;
            this.options = options;
        }

        /** Trains a block and returns the sum of the losses of its pairs. */
        double train(
                PairBlocks pairs, VocabularyPartition parts, int block, long step, float rate) {
            SkipGramTables.RowTable centers = tables.centers();
            SkipGramTables.RowTable contexts = tables.contexts();
            NegativeSampler noise = parts.noise(block);
            PairKernel kernel = new PairKernel(sigmoid, options.dimension(), options.negatives());
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

        /** Adds different negatives after the context; returns the number of tokens. */
        private static int draw(NegativeSampler noise, KeyedRandom random, int[] drawn) {
            int count = 1;
            int wanted = Math.min(drawn.length, noise.size());
            for (int left = MAX_DRAWS_PER_NEGATIVE * drawn.length;
                    count < wanted && left > 0;
                    left--) {
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
