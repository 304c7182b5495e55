package io.forestage.nn;

/**
 * What a sinusoid is made of, checked.
 *
 * @param embeddingDim D
 * @param layout the formula
 * @param base the last wavelength over 2π, or what the wavelengths grow towards
 * @param start the number that the formula gets for position 0
 * @param scale the factor on every value
 */
record SinusoidOptions(
        long embeddingDim, SinusoidLayout layout, double base, long start, double scale) {

    /** A row of float64 fits into the 2 GiB of a table. */
    private static final long WIDEST = Integer.MAX_VALUE / Double.BYTES;

    /** Together with the largest position, which a table of 2 GiB bounds, far below 2^53. */
    static final long LAST_START = Integer.MAX_VALUE;

    SinusoidOptions {
        require(
                embeddingDim >= 1 && embeddingDim <= WIDEST,
                "embeddingDim",
                "1 to " + WIDEST,
                embeddingDim);
        require(
                layout.takes(embeddingDim),
                "embeddingDim",
                "an even number, as " + layout + " has no column for an odd one",
                embeddingDim);
        require(
                base > 1 && base <= Double.MAX_VALUE,
                "base",
                "a finite number greater than 1, such as 10000",
                base);
        require(start >= 0 && start <= LAST_START, "start", "0 to " + LAST_START, start);
        require(Double.isFinite(scale), "scale", "a finite number", scale);
    }

    int width() {
        return (int) embeddingDim;
    }

    static void require(boolean holds, String option, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(
                    option + ": expected " + expected + ", found " + found);
        }
    }
}
