package io.forestage.training;

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
        Parts parts = schedule.parts(step);
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
    private static int[] longestFirst(Parts parts, PairBlocks pairs, int round) {
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
}
