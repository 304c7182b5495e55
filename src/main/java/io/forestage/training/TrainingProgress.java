package io.forestage.training;

import java.time.Duration;

/**
 * The progress of a training after a step.
 *
 * @param step the number of steps done
 * @param steps the number of steps in all
 * @param tokens the tokens of text processed, over all epochs
 * @param allTokens the tokens of text to process, over all epochs
 * @param loss the mean loss of the step
 * @param learningRate the rate at the end of the step
 * @param elapsed the time that the training has taken, including the time before a resume
 * @param tokensPerSecond the speed of the step
 * @param heldOutLoss the mean loss on the held-out examples after the step; NaN if it was not
 *     measured
 */
public record TrainingProgress(
        long step,
        long steps,
        long tokens,
        long allTokens,
        double loss,
        double learningRate,
        Duration elapsed,
        double tokensPerSecond,
        double heldOutLoss) {

    /** Returns the estimated time to the end of the training, at this step's speed. */
    public Duration left() {
        return Duration.ofMillis((long) (1000 * (allTokens - tokens) / tokensPerSecond));
    }
}
