package io.forestage.training.session;

import io.forestage.support.OptionCheck;

/** Checks options that several trainings share. */
public final class LearningOptions {

    /** A larger rate overflows in the first step. */
    private static final double MAX_RATE = 1e30;

    private LearningOptions() {}

    /** Requires a learning rate that is above 0 in float32, the type of the steps. */
    public static void requireRate(String option, double rate) {
        OptionCheck.require(
                option,
                "a number from %s to %s".formatted(Float.MIN_VALUE, MAX_RATE),
                rate,
                (float) rate > 0 && rate <= MAX_RATE);
    }

    /** Requires a share of the examples to hold out, and a patience of 0 if the share is 0. */
    public static void requireHeldOut(double share, int patience) {
        OptionCheck.require(
                "held-out", "a share from 0 to below 1", share, share >= 0 && share < 1);
        if (share == 0 && patience > 0) {
            throw new IllegalArgumentException(
                    "patience: expected 0 with a held-out of 0, which measures no loss, found %d; set held-out above 0 or patience to 0"
                            .formatted(patience));
        }
    }
}
