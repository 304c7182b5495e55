package io.forestage.optim;

/** Checks the ranges of an optimiser's options; the message names the option. */
final class Ranges {

    private Ranges() {}

    static void requireFinite(String option, double value) {
        require(Double.isFinite(value), option, "a finite number", value);
    }

    static void requireAtLeastZero(String option, double value) {
        require(value >= 0 && Double.isFinite(value), option, "0 or more, finite", value);
    }

    static void requireAboveZero(String option, double value) {
        require(value > 0 && Double.isFinite(value), option, "more than 0, finite", value);
    }

    static void requireBelowOne(String option, double value) {
        require(value >= 0 && value < 1, option, "at least 0 and below 1", value);
    }

    private static void require(boolean holds, String option, String range, double value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: expected %s, found %s".formatted(option, range, value));
        }
    }
}
