package io.forestage.nn;

import java.math.BigDecimal;
import java.math.MathContext;

/** Computes the rows of a sinusoid in double, with the same bits on every machine. */
final class Sinusoid {

    private final Options options;
    private final Frequencies frequencies;

    Sinusoid(Options options) {
        this.options = options;
        SinusoidLayout layout = options.layout();
        int width = options.width();
        frequencies = new Frequencies(layout.pairs(width), layout.divisor(width), options.base());
    }

    int width() {
        return options.width();
    }

    /**
     * Computes the row of a position. It does not write a column that the layout leaves empty.
     *
     * @param position at least 0
     * @param row receives D values
     */
    void fill(long position, double[] row) {
        SinusoidLayout layout = options.layout();
        double number = position + options.start();
        for (int pair = 0; pair < frequencies.count(); pair++) {
            double frequency = frequencies.high(pair);
            double angle = number * frequency;
            // The angle's rounding error. At a large position it changes the sine by more than its
            // last place: sin(a + r) = sin a + r cos a, because r² is below a double's precision.
            double rest = Math.fma(number, frequency, -angle) + number * frequencies.low(pair);
            double sine = StrictMath.sin(angle);
            double cosine = StrictMath.cos(angle);
            row[layout.sineColumn(pair)] = options.scale() * (sine + rest * cosine);
            int cosineColumn = layout.cosineColumn(pair, row.length);
            if (cosineColumn < row.length) {
                row[cosineColumn] = options.scale() * (cosine - rest * sine);
            }
        }
    }

    /**
     * The checked options of a sinusoid.
     *
     * @param embeddingDim D
     * @param layout the formula
     * @param base the last wavelength divided by 2π, or the limit that the wavelengths approach
     * @param start the position that the formula uses for position 0
     * @param scale the factor of every value
     */
    record Options(
            long embeddingDim, SinusoidLayout layout, double base, long start, double scale) {

        /** A table has at most 2 GiB, which must hold one row of float64. */
        private static final long MAX_WIDTH = Integer.MAX_VALUE / Double.BYTES;

        /** Start plus position then stays below 2^53, as a table of 2 GiB limits the positions. */
        static final long MAX_START = Integer.MAX_VALUE;

        Options {
            require(
                    embeddingDim >= 1 && embeddingDim <= MAX_WIDTH,
                    "embeddingDim",
                    "1 to " + MAX_WIDTH,
                    embeddingDim);
            require(
                    layout.supports(embeddingDim),
                    "embeddingDim",
                    "an even number, because %s has no column for an odd one".formatted(layout),
                    embeddingDim);
            require(
                    base > 1 && base <= Double.MAX_VALUE,
                    "base",
                    "a finite number greater than 1, such as 10000",
                    base);
            require(start >= 0 && start <= MAX_START, "start", "0 to " + MAX_START, start);
            require(Double.isFinite(scale), "scale", "a finite number", scale);
        }

        int width() {
            return (int) embeddingDim;
        }

        static void require(boolean holds, String option, String expected, Object found) {
            if (!holds) {
                throw new IllegalArgumentException(
                        "%s: expected %s, found %s".formatted(option, expected, found));
            }
        }
    }

    /**
     * The frequencies base^(−2i / n), i = 0, 1, …, each as the sum of two doubles. A single double
     * has an error of half a unit in its last place, which position 100000 would multiply by
     * 100000.
     */
    static final class Frequencies {

        /** Enough digits to keep the low parts exact over a million multiplications. */
        private static final MathContext DIGITS = new MathContext(50);

        private final double[] high;
        private final double[] low;

        Frequencies(int count, int divisor, double base) {
            high = new double[count];
            low = new double[count];
            BigDecimal ratio = count > 1 ? ratio(divisor, base) : BigDecimal.ONE;
            BigDecimal frequency = BigDecimal.ONE;
            for (int i = 0; i < count; i++) {
                high[i] = frequency.doubleValue();
                low[i] = frequency.subtract(new BigDecimal(high[i])).doubleValue();
                frequency = frequency.multiply(ratio, DIGITS);
            }
        }

        int count() {
            return high.length;
        }

        /** Returns a frequency, rounded to double. */
        double high(int i) {
            return high[i];
        }

        /** Returns a frequency minus its rounded value. */
        double low(int i) {
            return low[i];
        }

        /** Computes base^(−2 / n) by Newton's method on r^n = base^−2. */
        private static BigDecimal ratio(int divisor, double base) {
            BigDecimal n = BigDecimal.valueOf(divisor);
            BigDecimal square = new BigDecimal(base).pow(2, DIGITS);
            BigDecimal ratio = new BigDecimal(StrictMath.pow(base, -2.0 / divisor));
            for (int step = 0; step < 2; step++) {
                BigDecimal excess =
                        ratio.pow(divisor, DIGITS)
                                .multiply(square, DIGITS)
                                .subtract(BigDecimal.ONE);
                ratio = ratio.subtract(ratio.multiply(excess, DIGITS).divide(n, DIGITS), DIGITS);
            }
            return ratio;
        }
    }
}
