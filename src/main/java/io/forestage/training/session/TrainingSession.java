package io.forestage.training.session;

import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingProgress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Takes a learner's steps, writes checkpoints, and stops early if the learner has patience. */
public final class TrainingSession {

    private final Learner learner;
    private final @Nullable TrainingCheckpoint checkpoint;
    private final @Nullable TrainingCheckpoint best;
    private TrainingCurve curve = new TrainingCurve();
    private long done;

    /** Creates a session; without a checkpoint, it writes none and never stops early. */
    public TrainingSession(Learner learner, @Nullable TrainingCheckpoint checkpoint) {
        this(learner, checkpoint, checkpoint == null ? null : checkpoint.best());
    }

    /**
     * Creates a session that keeps its best state in {@code best}; without, it never stops early.
     */
    TrainingSession(
            Learner learner,
            @Nullable TrainingCheckpoint checkpoint,
            @Nullable TrainingCheckpoint best) {
        this.learner = learner;
        this.checkpoint = checkpoint;
        this.best = best;
    }

    /** Continues from a checkpoint. */
    void resume(TrainingCheckpoint written) throws IOException {
        curve = written.read(learner);
        done = curve.steps().size();
    }

    /** Returns the curve of the steps done. */
    TrainingCurve curve() {
        return curve;
    }

    /** Returns whether no step is left. */
    boolean isDone() {
        return done == learner.steps() || (kept() != null && curve.hasStalled(learner.patience()));
    }

    /** Returns where the best state is kept; null if the training never stops early. */
    private @Nullable TrainingCheckpoint kept() {
        return learner.patience() > 0 ? best : null;
    }

    /**
     * Takes the steps left. A learner with patience ends in the state of its best step.
     *
     * @throws InterruptedIOException if the thread is interrupted: after the step under way, with a
     *     checkpoint of it if the session has one
     */
    public TrainingCurve train(int checkpointEvery, TrainingListener listener) throws IOException {
        boolean isInterrupted = false;
        while (!isDone() && !isInterrupted) {
            long started = System.nanoTime();
            Learner.StepResult result = learner.train(done);
            if (!Double.isFinite(result.loss())) {
                throw diverged("a finite loss", String.valueOf(result.loss()));
            }
            done++;
            long trained = System.nanoTime() - started;
            double heldOutLoss = learner.heldOutLoss(done);
            TrainingProgress progress =
                    progress(result, trained, System.nanoTime() - started, heldOutLoss);
            curve.add(progress);
            // Cleared here: the JDK closes a file that an interrupted thread writes to.
            isInterrupted = Thread.interrupted();
            try {
                keep(progress, isInterrupted || done % checkpointEvery == 0, listener);
                listener.onStep(progress);
            } finally {
                if (isInterrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        if (isInterrupted) {
            throw new InterruptedIOException(
                    checkpoint == null
                            ? "interrupted after step %d of %d".formatted(done, learner.steps())
                            : "interrupted after step %d of %d; the checkpoint is %s; resume to continue"
                                    .formatted(done, learner.steps(), checkpoint.file()));
        }
        restoreBest();
        return curve;
    }

    /** Writes what a step leaves on the disk: the best state so far, and a checkpoint if due. */
    private void keep(TrainingProgress progress, boolean isDue, TrainingListener listener)
            throws IOException {
        TrainingCheckpoint kept = kept();
        if (kept != null && progress.equals(curve.best())) {
            requireFinite();
            kept.write(learner.state(), curve);
        }
        // After the last step too: writing the model may fail, as when the disk is full.
        if (checkpoint != null && (isDue || isDone())) {
            requireFinite();
            checkpoint.write(learner.state(), curve);
            listener.onCheckpoint(checkpoint.file(), done);
        } else if (isDone()) {
            requireFinite();
        }
    }

    private void restoreBest() throws IOException {
        TrainingCheckpoint kept = kept();
        TrainingProgress lowest = curve.best();
        if (kept != null && lowest != null && lowest.step() < done) {
            long found = kept.read(learner).last().step();
            if (found != lowest.step()) {
                throw new IOException(
                        "%s: expected the state after step %d, found the state after step %d; start over with --force"
                                .formatted(kept.file(), lowest.step(), found));
            }
        }
    }

    /** Checks the weights before they are written: the loss shows a bad value one step later. */
    private void requireFinite() {
        if (!learner.isFinite()) {
            done--;
            throw diverged("finite weights", "NaN or infinity");
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

    private IllegalStateException diverged(String expected, String found) {
        return new IllegalStateException(
                "step %d of %d: expected %s, found %s at %s; %s; choose a smaller learning rate"
                        .formatted(
                                done + 1,
                                learner.steps(),
                                expected,
                                found,
                                learner.rates(done),
                                checkpoint != null && checkpoint.exists()
                                        ? "the last good checkpoint is " + checkpoint.file()
                                        : "there is no checkpoint yet"));
    }
}
