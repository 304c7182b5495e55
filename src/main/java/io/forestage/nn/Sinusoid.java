package io.forestage.nn;

import java.math.BigDecimal;
import java.math.MathContext;

/** The rows of a sinusoid in double, the same on every machine. */
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
     * Writes the row of a position. A column that the layout leaves empty is not written.
     *
     * @param position the position, at least 0
     * @param row D values
     */
    void fill(long position, double[] row) {
        SinusoidLayout layout = options.layout();
        double number = position + options.start();
        for (int pair = 0; pair < frequencies.count(); pair++) {
            double frequency = frequencies.high(pair);
            double angle = number * frequency;
            // What rounding took from the angle, which for a large position is more than the last
            // place of its sine: sin(a + r) = sin a + r cos a, as r² is below a double's precision.
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
     * What a sinusoid is made of, checked.
     *
     * @param embeddingDim D
     * @param layout the formula
     * @param base the last wavelength over 2π, or what the wavelengths grow towards
     * @param start the number that the formula gets for position 0
     * @param scale the factor on every value
     */
    record Options(
            long embeddingDim, SinusoidLayout layout, double base, long start, double scale) {

        /** A row of float64 fits into the 2 GiB of a table. */
        private static final long MAX_WIDTH = Integer.MAX_VALUE / Double.BYTES;

        /** Together with the largest position, which a table of 2 GiB bounds, far below 2^53. */
        static final long LAST_START = Integer.MAX_VALUE;

        Options {
            require(
                    embeddingDim >= 1 && embeddingDim <= MAX_WIDTH,
                    "embeddingDim",
                    "1 to " + MAX_WIDTH,
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

    /**
     * The frequencies base^(−2i / n), i = 0, 1, …, each as a double and what that double lacks: a
     * frequency of one double is off by half a unit in its last place, and a position of 100000
     * would multiply that error by 100000.
     */
    static final class Frequencies {

        /** Enough that the low parts are right after a million multiplications. */
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

        /** A frequency rounded to double. */
        double high(int i) {
            return high[i];
        }

        /** A frequency less its rounded value. */
        double low(int i) {
            return low[i];
        }

        /** base^(−2 / n), by Newton's method on r^n = base^−2. */
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
