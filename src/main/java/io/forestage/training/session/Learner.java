package io.forestage.training.session;

import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import java.io.IOException;
import java.util.List;

/** The steps of a task's training. A step depends only on its number and the learner's state. */
public interface Learner {

    /** Returns the number of steps; they are numbered from 0. */
    long steps();

    /** Returns the number of tokens that all steps process. */
    long allTokens();

    /** Returns the learning rate at the start of a step. */
    double learningRate(long step);

    /** Returns the learning rates in words, for the message of a step that fails. */
    default String rates(long step) {
        return "learning rate %s".formatted((float) learningRate(step));
    }

    /** Takes a step. A loss that is not finite is returned, not thrown. */
    StepResult train(long step) throws IOException;

    /** Returns the held-out loss if it is due after {@code done} steps, else NaN. */
    default double heldOutLoss(long done) {
        return Double.NaN;
    }

    /**
     * Returns after how many measurements without a new minimum of the held-out loss the training
     * stops; 0: it never stops early.
     */
    default int patience() {
        return 0;
    }

    /** Returns whether all trained values are finite. */
    boolean isFinite();

    /** Returns all tensors that later steps need; they must be read before the next step. */
    List<TensorSource> state() throws IOException;

    /** Restores the state from a checkpoint. */
    void restore(WeightFile checkpoint) throws IOException;

    /**
     * The result of a step.
     *
     * @param tokens the number of tokens processed
     * @param loss the mean loss, at the weights before each update
     * @param learningRate the rate at the end of the step
     */
    record StepResult(long tokens, double loss, double learningRate) {}
}
