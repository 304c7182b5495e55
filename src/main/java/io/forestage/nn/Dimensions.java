package io.forestage.nn;

/** The check of a builder's sizes. */
final class Dimensions {

    private Dimensions() {}

    static long requirePositive(String option, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + ": expected at least 1, found " + value);
        }
        return value;
    }
}
