package io.forestage.nn;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The frequencies base^(−2i / n), i = 0, 1, …, each as a double and what that double lacks: a
 * frequency of one double is off by half a unit in its last place, and a position of 100000 would
 * multiply that error by 100000.
 */
final class SinusoidFrequencies {

    /** Enough that the low parts are right after a million multiplications. */
    private static final MathContext DIGITS = new MathContext(50);

    private final double[] high;
    private final double[] low;

    SinusoidFrequencies(int count, int divisor, double base) {
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
                    ratio.pow(divisor, DIGITS).multiply(square, DIGITS).subtract(BigDecimal.ONE);
            ratio = ratio.subtract(ratio.multiply(excess, DIGITS).divide(n, DIGITS), DIGITS);
        }
        return ratio;
    }
}
