package io.forestage.training;

import java.time.Duration;

/**
 * How far a training is.
 *
 * @param step the steps that are done
 * @param steps the steps in all
 * @param tokens the tokens of text that are gone through, all epochs together
 * @param allTokens the tokens of text in all
 * @param loss the mean loss of the step
 * @param learningRate the rate at the step's end
 * @param elapsed how long the training has taken so far, with what was before a resume
 * @param tokensPerSecond the speed of the step
 * @param heldOutLoss the mean loss on what is held out, after the step; NaN where it was not
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

    /**
     * Estimates the time that is left.
     *
     * @return at this step's speed
     */
    public Duration left() {
        return Duration.ofMillis((long) (1000 * (allTokens - tokens) / tokensPerSecond));
    }
}
