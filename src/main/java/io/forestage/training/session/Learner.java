package io.forestage.training.session;

import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import java.io.IOException;
import java.util.List;

/** What a task trains, step by step; its number and the state determine each step. */
public interface Learner {

    /** How many steps there are, counted from 0. */
    long steps();

    /** The tokens that all steps go through. */
    long allTokens();

    /** The rate at which a step begins. */
    double learningRate(long step);

    /** What to say of the rates where a step fails. */
    default String rates(long step) {
        return "learning rate " + (float) learningRate(step);
    }

    /** Does a step. Returns a loss that is not finite like any other. */
    StepResult train(long step) throws IOException;

    /** The loss on what is held out, if it is to be measured after so many steps; NaN if not. */
    default double heldOutLoss(long done) {
        return Double.NaN;
    }

    /** How many measurements without a new least held-out loss end the training; 0: none do. */
    default int patience() {
        return 0;
    }

    /** Whether all that was learned is finite. */
    boolean isFinite();

    /** All that the next steps need; read only before the next step. */
    List<TensorSource> state() throws IOException;

    /** Takes a state back. */
    void restore(WeightFile checkpoint) throws IOException;

    /**
     * What a step came to.
     *
     * @param tokens the tokens that it went through
     * @param loss its mean loss, at the weights that it found
     * @param learningRate the rate at its end
     */
    record StepResult(long tokens, double loss, double learningRate) {}
}
