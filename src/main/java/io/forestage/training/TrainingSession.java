package io.forestage.training;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;

/** A training under way: what learns, how far it is, and where it is kept. */
final class TrainingSession {

    private final Learner learner;
    private final @Nullable TrainingCheckpoint checkpoint;
    private TrainingCurve curve = new TrainingCurve();
    private long done;

    /** A session that keeps what it learns; without a checkpoint, one that keeps nothing. */
    TrainingSession(Learner learner, @Nullable TrainingCheckpoint checkpoint) {
        this.learner = learner;
        this.checkpoint = checkpoint;
    }

    /** Takes up where a checkpoint was written. */
    void resume(TrainingCheckpoint written) throws IOException {
        curve = written.read(learner);
        done = curve.steps().size();
    }

    /** Whether nothing is left to train. */
    boolean isDone() {
        return done == learner.steps();
    }

    /** Trains what is left. */
    TrainingCurve train(int checkpointEvery, TrainingListener listener) throws IOException {
        while (done < learner.steps()) {
            long started = System.nanoTime();
            Learner.StepResult result = learner.train(done);
            if (!Double.isFinite(result.loss())) {
                throw diverged("a finite loss, found " + result.loss());
            }
            done++;
            TrainingProgress progress = progress(result, System.nanoTime() - started);
            curve.add(progress);
            // The last one too: the disk may have no room for the model.
            if (done % checkpointEvery == 0 || done == learner.steps()) {
                keep();
            }
            listener.onStep(progress);
        }
        return curve;
    }

    /** The loss tells of weights that are gone one step late: a checkpoint is never one of them. */
    private void keep() throws IOException {
        if (!learner.isFinite()) {
            done--;
            throw diverged("finite weights, found others");
        }
        if (checkpoint != null) {
            checkpoint.write(learner.state(), curve);
        }
    }

    private TrainingProgress progress(Learner.StepResult result, long nanoseconds) {
        return new TrainingProgress(
                done,
                learner.steps(),
                curve.tokens() + result.tokens(),
                learner.allTokens(),
                result.loss(),
                result.learningRate(),
                curve.elapsed().plus(Duration.ofNanos(nanoseconds)),
                result.tokens() / (nanoseconds / 1e9));
    }

    private IllegalStateException diverged(String expectedAndFound) {
        return new IllegalStateException(
                "step %d of %d: expected %s at %s; %s; choose a smaller learning rate"
                        .formatted(
                                done + 1,
                                learner.steps(),
                                expectedAndFound,
                                learner.rates(done),
                                checkpoint != null && checkpoint.exists()
                                        ? "the last good checkpoint is " + checkpoint.file()
                                        : "there is no checkpoint yet"));
    }
}
