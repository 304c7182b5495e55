package io.forestage.training.session;

import io.forestage.support.OptionCheck;

/** Checks options that several trainings share. */
public final class LearningOptions {

    /** A larger rate overflows in its first step. */
    private static final double MAX_RATE = 1e30;

    private LearningOptions() {}

    /** Requires a learning rate that is above 0 in float32, in which steps are computed. */
    public static void requireRate(String option, double rate) {
        OptionCheck.require(
                option,
                "a number from " + Float.MIN_VALUE + " to " + MAX_RATE,
                rate,
                (float) rate > 0 && rate <= MAX_RATE);
    }

    /** Requires a share of the examples to hold out, and no patience where nothing is held out. */
    public static void requireHeldOut(double share, int patience) {
        OptionCheck.require(
                "held-out", "a share from 0 to below 1", share, share >= 0 && share < 1);
        if (share == 0 && patience > 0) {
            throw new IllegalArgumentException(
                    "patience: expected 0 where held-out is 0, as there is no held-out loss, found "
                            + patience);
        }
    }
}
