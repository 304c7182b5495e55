package io.forestage.support;

import org.jspecify.annotations.Nullable;

/** Checks the values of options; each failure names the option. */
public final class OptionCheck {

    private OptionCheck() {}

    /** Requires 1 … {@code max}. */
    public static void requireFrom1(String option, int value, int max) {
        require(option, "an integer from 1 to " + max, value, value >= 1 && value <= max);
    }

    /** Requires at least 1. */
    public static long requirePositive(String option, long value) {
        require(option, "at least 1", value, value >= 1);
        return value;
    }

    /** Requires at least 0, and that the option is set. */
    public static long requireNotNegative(String option, @Nullable Long value) {
        if (value == null || value < 0) {
            throw refused(option, "at least 0", value == null ? "none" : value);
        }
        return value;
    }

    /** Requires a finite number. */
    public static void requireFinite(String option, double value) {
        require(option, "a finite number", value, Double.isFinite(value));
    }

    /** Requires a finite number of at least 0. */
    public static void requireAtLeastZero(String option, double value) {
        require(option, "0 or more, finite", value, value >= 0 && Double.isFinite(value));
    }

    /** Requires a finite number above 0. */
    public static void requireAboveZero(String option, double value) {
        require(option, "more than 0, finite", value, value > 0 && Double.isFinite(value));
    }

    /** Requires at least 0 and below 1. */
    public static void requireBelowOne(String option, double value) {
        require(option, "at least 0 and below 1", value, value >= 0 && value < 1);
    }

    /**
     * Requires what the caller has checked.
     *
     * @param option the option's name
     * @param expected what it must be, in words
     * @param found what it is
     * @param holds whether it is right
     * @throws IllegalArgumentException if it is not
     */
    public static void require(String option, String expected, Number found, boolean holds) {
        if (!holds) {
            throw refused(option, expected, found);
        }
    }

    private static IllegalArgumentException refused(String option, String expected, Object found) {
        return new IllegalArgumentException(
                "%s: expected %s, found %s".formatted(option, expected, found));
    }
}
