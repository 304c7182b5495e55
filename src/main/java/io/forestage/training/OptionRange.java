package io.forestage.training;

/** Refuses values of options that are out of their range. */
final class OptionRange {

    /** Beyond this, a step is no step any more but an overflow. */
    private static final double MAX_RATE = 1e30;

    private OptionRange() {}

    static void requireFrom1(String name, int value, int most) {
        require(name, "an integer from 1 to " + most, value, value >= 1 && value <= most);
    }

    static void requireRate(String name, double rate) {
        // Steps are made in float32, where anything smaller is 0 and would learn nothing.
        require(
                name,
                "a number from " + Float.MIN_VALUE + " to " + MAX_RATE,
                rate,
                (float) rate > 0 && rate <= MAX_RATE);
    }

    /** What is held out, and the patience of those who look at it. */
    static void requireHeldOut(double share, int patience) {
        require("held-out", "a share from 0 to below 1", share, share >= 0 && share < 1);
        if (share == 0 && patience > 0) {
            throw new IllegalArgumentException(
                    "patience: expected 0 where held-out is 0, as there is no held-out loss, found "
                            + patience);
        }
    }

    /** Refuses a value that is not right. */
    static void require(String name, String expected, Number found, boolean right) {
        if (!right) {
            throw new IllegalArgumentException(
                    "%s: expected %s, found %s".formatted(name, expected, found));
        }
    }
}
