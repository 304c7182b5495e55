package io.forestage.training;

/** Refuses values of options that are out of their range. */
final class OptionRange {

    /** Beyond this, a step is no step any more but an overflow. */
    private static final double LARGEST_RATE = 1e30;

    private OptionRange() {}

    static void requireFrom1(String name, int value, int most) {
        require(name, "an integer from 1 to " + most, value, value >= 1 && value <= most);
    }

    static void requireRate(String name, double rate) {
        // Steps are made in float32, where anything smaller is 0 and would learn nothing.
        require(
                name,
                "a number from " + Float.MIN_VALUE + " to " + LARGEST_RATE,
                rate,
                (float) rate > 0 && rate <= LARGEST_RATE);
    }

    static void requireShare(String name, double share) {
        require(name, "a share above 0 and below 1", share, share > 0 && share < 1);
    }

    /** Refuses a value that is not right. */
    static void require(String name, String expected, Number found, boolean right) {
        if (!right) {
            throw new IllegalArgumentException(
                    "%s: expected %s, found %s".formatted(name, expected, found));
        }
    }
}
