package io.forestage.training.session;

import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingProgress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A training under way: what learns, how far it is, and where it is kept. */
public final class TrainingSession {

    private final Learner learner;
    private final @Nullable TrainingCheckpoint checkpoint;
    private final @Nullable TrainingCheckpoint best;
    private TrainingCurve curve = new TrainingCurve();
    private long done;

    /** A session that keeps what it learns; without a checkpoint, one that keeps nothing. */
    public TrainingSession(Learner learner, @Nullable TrainingCheckpoint checkpoint) {
        this(learner, checkpoint, checkpoint == null ? null : checkpoint.best());
    }

    /** A session that keeps its best state in a place of its own, or else never stops early. */
    TrainingSession(
            Learner learner,
            @Nullable TrainingCheckpoint checkpoint,
            @Nullable TrainingCheckpoint best) {
        this.learner = learner;
        this.checkpoint = checkpoint;
        this.best = best;
    }

    /** Takes up where a checkpoint was written. */
    void resume(TrainingCheckpoint written) throws IOException {
        curve = written.read(learner);
        done = curve.steps().size();
    }

    /** The steps that are done. */
    TrainingCurve curve() {
        return curve;
    }

    /** Whether nothing is left to train. */
    boolean isDone() {
        return done == learner.steps() || (stopsEarly() && curve.isPast(learner.patience()));
    }

    private boolean stopsEarly() {
        return learner.patience() > 0 && best != null;
    }

    /** Trains what is left; if a training may stop early, what it learned is its best state. */
    public TrainingCurve train(int checkpointEvery, TrainingListener listener) throws IOException {
        TrainingCheckpoint kept = learner.patience() > 0 ? best : null;
        while (!isDone()) {
            long started = System.nanoTime();
            Learner.StepResult result = learner.train(done);
            if (!Double.isFinite(result.loss())) {
                throw diverged("a finite loss, found " + result.loss());
            }
            done++;
            long trained = System.nanoTime() - started;
            double heldOutLoss = learner.heldOutLoss(done);
            TrainingProgress progress =
                    progress(result, trained, System.nanoTime() - started, heldOutLoss);
            curve.add(progress);
            if (kept != null && progress.equals(curve.best())) {
                requireFinite();
                kept.write(learner.state(), curve);
            }
            // The last one too: the disk may have no room for the model.
            boolean last = isDone();
            if (checkpoint != null && (last || done % checkpointEvery == 0)) {
                requireFinite();
                checkpoint.write(learner.state(), curve);
                listener.onCheckpoint(checkpoint.file(), done);
            } else if (last) {
                requireFinite();
            }
            listener.onStep(progress);
            if (!last && Thread.interrupted()) {
                stop();
            }
        }
        TrainingProgress least = curve.best();
        if (kept != null && least != null && least.step() < done) {
            long found = kept.read(learner).last().step();
            if (found != least.step()) {
                throw new IOException(
                        "%s: expected the state after step %d, found that after step %d; begin anew with --force"
                                .formatted(kept.file(), least.step(), found));
            }
        }
        return curve;
    }

    /** Ends a training whose thread was interrupted; nothing that it learned is lost. */
    private void stop() throws IOException {
        try {
            if (checkpoint == null) {
                throw new InterruptedIOException(
                        "interrupted after step %d of %d".formatted(done, learner.steps()));
            }
            requireFinite();
            checkpoint.write(learner.state(), curve);
            throw new InterruptedIOException(
                    "interrupted after step %d of %d; the checkpoint is %s; resume to go on"
                            .formatted(done, learner.steps(), checkpoint.file()));
        } finally {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The loss shows weights that are not finite one step late; no checkpoint is written of such.
     */
    private void requireFinite() {
        if (!learner.isFinite()) {
            done--;
            throw diverged("finite weights, found others");
        }
    }

    private TrainingProgress progress(
            Learner.StepResult result, long trained, long passed, double heldOutLoss) {
        return new TrainingProgress(
                done,
                learner.steps(),
                curve.tokens() + result.tokens(),
                learner.allTokens(),
                result.loss(),
                result.learningRate(),
                curve.elapsed().plus(Duration.ofNanos(passed)),
                result.tokens() / (trained / 1e9),
                heldOutLoss);
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
