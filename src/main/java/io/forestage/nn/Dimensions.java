package io.forestage.nn;

import org.jspecify.annotations.Nullable;

/** Checks the sizes that a builder was given. */
final class Dimensions {

    private Dimensions() {}

    /** Returns the size; throws if it was not set or is negative. An empty table is allowed. */
    static long requireNotNegative(String option, @Nullable Long value) {
        if (value == null || value < 0) {
            throw new IllegalArgumentException(
                    "%s: expected at least 0, found %s"
                            .formatted(option, value == null ? "none" : value));
        }
        return value;
    }

    static long requirePositive(String option, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "%s: expected at least 1, found %d".formatted(option, value));
        }
        return value;
    }
}
