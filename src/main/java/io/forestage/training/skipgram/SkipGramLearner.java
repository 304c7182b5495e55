package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import io.forestage.training.session.Learner;
import io.forestage.weights.ElementType;
import io.forestage.weights.RowSource;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.util.List;

/** Skip-gram's two tables and its steps. */
final class SkipGramLearner implements Learner {

    private static final String CENTERS = "centers";
    private static final String CONTEXTS = "contexts";

    private final SkipGramSchedule schedule;
    private final SkipGramTables tables;
    private final SkipGramStep step;

    SkipGramLearner(SkipGramSchedule schedule, Workers workers) {
        this.schedule = schedule;
        tables = SkipGramTables.random(schedule);
        step = new SkipGramStep(schedule, tables, workers);
    }

    @Override
    public long steps() {
        return schedule.steps();
    }

    @Override
    public long allTokens() {
        return schedule.tokensBefore(schedule.steps());
    }

    @Override
    public double learningRate(long number) {
        return schedule.learningRate(number, 0);
    }

    @Override
    public StepResult train(long number) {
        SkipGramStep.Result result = step.train(number);
        return new StepResult(
                schedule.end(number) - schedule.start(number),
                result.loss() / Math.max(1, result.pairs()),
                schedule.learningRate(number, 1));
    }

    @Override
    public boolean isFinite() {
        return tables.centers().isFinite() && tables.contexts().isFinite();
    }

    @Override
    public List<TensorSource> state() {
        return List.of(
                source(CENTERS, tables.centers()).as(ElementType.F32),
                source(CONTEXTS, tables.contexts()).as(ElementType.F32));
    }

    @Override
    public void restore(WeightFile checkpoint) throws IOException {
        fill(checkpoint, CENTERS, tables.centers());
        fill(checkpoint, CONTEXTS, tables.contexts());
    }

    /** Returns the trained embeddings under a tensor name. */
    RowSource embeddings(String name) {
        return source(name, tables.centers());
    }

    private static RowSource source(String name, SkipGramTables.RowTable table) {
        return new RowSource(name, table.size(), table.row(0).length, table::row);
    }

    private static void fill(WeightFile checkpoint, String name, SkipGramTables.RowTable table)
            throws IOException {
        TensorEntry entry = checkpoint.require(name);
        List<Long> expected = List.of((long) table.size(), (long) table.row(0).length);
        if (!entry.shape().equals(expected) || entry.type() != ElementType.F32) {
            throw new WeightFileException(
                    checkpoint.path(),
                    name,
                    "F32 %s".formatted(expected),
                    "%s %s".formatted(entry.type(), entry.shape()),
                    "start over with --force");
        }
        checkpoint.transferTo(entry, new SkipGramTables.RowFiller(table));
    }
}
