package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Trains the pairs of one step, a stretch of the text, in as many rounds as there are parts. In
 * round r, the blocks (i, i + r) are trained in parallel.
 */
final class SkipGramStep {

    private final SkipGramSchedule schedule;
    private final SkipGramTables tables;
    private final SigmoidTable sigmoid = new SigmoidTable();
    private final Workers workers;

    SkipGramStep(SkipGramSchedule schedule, SkipGramTables tables, Workers workers) {
        this.schedule = schedule;
        this.tables = tables;
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
                    i -> losses[blocks[i]] = train(pairs, parts, blocks[i], step, rate));
        }
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return new Result(sum, pairs.size());
    }

    private double train(
            PairBlocks pairs, VocabularyPartition parts, int block, long step, float rate) {
        BlockTrainer trainer =
                new BlockTrainer(
                        schedule.options(),
                        sigmoid,
                        new BlockTrainer.Block(parts, block, step),
                        tables.centers().rows(),
                        tables.contexts().rows());
        pairs.train(block, trainer, rate);
        return trainer.loss();
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
}
