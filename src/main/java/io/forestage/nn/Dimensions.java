package io.forestage.nn;

import org.jspecify.annotations.Nullable;

/** The check of a builder's sizes. */
final class Dimensions {

    private Dimensions() {}

    /**
     * A size that a builder may have been given; an empty table is one, a forgotten size is not.
     */
    static long requireNotNegative(String option, @Nullable Long value) {
        if (value == null || value < 0) {
            throw new IllegalArgumentException(
                    option + ": expected at least 0, found " + (value == null ? "none" : value));
        }
        return value;
    }

    static long requirePositive(String option, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + ": expected at least 1, found " + value);
        }
        return value;
    }
}
