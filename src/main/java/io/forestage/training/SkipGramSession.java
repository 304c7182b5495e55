package io.forestage.training;

import java.io.IOException;
import java.time.Duration;

/** A training under way: its tables and how far it is. */
final class SkipGramSession {

    private final SkipGramSchedule schedule;
    private final SkipGramCheckpoint checkpoint;
    private final SkipGramTables tables;
    private final SkipGramStep step;
    private TrainingCurve curve = new TrainingCurve();
    private long done;

    SkipGramSession(SkipGramSchedule schedule, SkipGramCheckpoint checkpoint, Workers workers) {
        this.schedule = schedule;
        this.checkpoint = checkpoint;
        tables = SkipGramTables.random(schedule);
        step = new SkipGramStep(schedule, tables, workers);
    }

    /** Takes up where the checkpoint was written. */
    void resume() throws IOException {
        curve = checkpoint.read(tables);
        done = curve.steps().size();
    }

    /** Trains what is left. */
    void train(int checkpointEvery, TrainingListener listener) throws IOException {
        while (done < schedule.steps()) {
            long started = System.nanoTime();
            SkipGramStep.Result result = step.train(done);
            requireFinite(result);
            done++;
            TrainingProgress progress = progress(result, System.nanoTime() - started);
            curve.add(progress);
            // The last one too: the disk may have no room for the model.
            if (done % checkpointEvery == 0 || done == schedule.steps()) {
                checkpoint.write(tables, curve);
            }
            listener.onStep(progress);
        }
    }

    SkipGramSchedule schedule() {
        return schedule;
    }

    RowTable embeddings() {
        return tables.centers();
    }

    TrainingCurve curve() {
        return curve;
    }

    private TrainingProgress progress(SkipGramStep.Result result, long nanoseconds) {
        long last = done - 1;
        int tokens = schedule.end(last) - schedule.start(last);
        return new TrainingProgress(
                done,
                schedule.steps(),
                schedule.tokensBefore(last) + tokens,
                schedule.tokensBefore(schedule.steps()),
                result.loss() / Math.max(1, result.pairs()),
                schedule.learningRate(last, 1),
                curve.elapsed().plus(Duration.ofNanos(nanoseconds)),
                tokens / (nanoseconds / 1e9));
    }

    private void requireFinite(SkipGramStep.Result result) {
        if (!Double.isFinite(result.loss())) {
            throw new IllegalStateException(
                    "step %d of %d: expected a finite loss, found %s at learning rate %s; %s; choose a smaller learning rate"
                            .formatted(
                                    done + 1,
                                    schedule.steps(),
                                    result.loss(),
                                    schedule.learningRate(done, 0),
                                    checkpoint.exists()
                                            ? "the last good checkpoint is " + checkpoint.file()
                                            : "there is no checkpoint yet"));
        }
    }
}
