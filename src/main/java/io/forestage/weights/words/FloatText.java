package io.forestage.weights.words;

import java.nio.charset.StandardCharsets;

/**
 * Decimal numbers as float32, to the nearest. Files have hundreds of millions of them, so short
 * numbers are computed without a string: a quotient or product of two exact doubles is the nearest
 * double, and that is nearest as a float32 too unless it lies half-way between two.
 */
final class FloatText {

    private static final double[] POWERS = new double[23];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10; // exact up to 10^22
        }
    }

    private static final long EXACT = 1L << 53;
    private static final long MAX_BEFORE_DIGIT = (Long.MAX_VALUE - 9) / 10;

    /** More digits would overflow an exponent's int; no number needs them. */
    private static final int MAX_LENGTH = 1000;

    /** A double's bits below a float32's, and their value half-way between two. */
    private static final long LOW_BITS = (1L << 29) - 1;

    private static final long HALF_WAY = 1L << 28;

    private FloatText() {}

    /** Returns the number; NaN for anything else, and for what is not finite as float32. */
    static float parse(byte[] bytes, int from, int to) {
        int next = from;
        boolean negative = next < to && bytes[next] == '-';
        if (next < to && (bytes[next] == '-' || bytes[next] == '+')) {
            next++;
        }
        if (to - next > MAX_LENGTH) {
            return Float.NaN;
        }
        long mantissa = 0;
        int digits = 0;
        int exponent = 0;
        boolean exact = true;
        boolean point = false;
        for (; next < to; next++) {
            int digit = bytes[next] - '0';
            if (digit >= 0 && digit <= 9) {
                digits++;
                exact &= mantissa <= MAX_BEFORE_DIGIT;
                mantissa = mantissa * 10 + digit;
                exponent -= point ? 1 : 0;
            } else if (bytes[next] == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0) {
            return Float.NaN;
        }
        if (next < to) {
            int given = exponent(bytes, next, to);
            if (given == Integer.MIN_VALUE) {
                return Float.NaN;
            }
            exponent += given;
        }
        if (exact && mantissa < EXACT && Math.abs(exponent) < POWERS.length) {
            double value =
                    exponent < 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
            boolean plain = value == 0 || value >= Float.MIN_NORMAL;
            if (plain && (Double.doubleToRawLongBits(value) & LOW_BITS) != HALF_WAY) {
                return finite((float) (negative ? -value : value));
            }
        }
        return finite(
                Float.parseFloat(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)));
    }

    /** Returns the exponent from its letter to the end; the smallest int if it is none. */
    private static int exponent(byte[] bytes, int from, int to) {
        int next = from + 1;
        if (bytes[from] != 'e' && bytes[from] != 'E') {
            return Integer.MIN_VALUE;
        }
        boolean negative = next < to && bytes[next] == '-';
        if (next < to && (bytes[next] == '-' || bytes[next] == '+')) {
            next++;
        }
        if (next == to) {
            return Integer.MIN_VALUE;
        }
        int value = 0;
        for (; next < to; next++) {
            int digit = bytes[next] - '0';
            if (digit < 0 || digit > 9) {
                return Integer.MIN_VALUE;
            }
            value = Math.min(value * 10 + digit, 100_000);
        }
        return negative ? -value : value;
    }

    private static float finite(float value) {
        return Float.isFinite(value) ? value : Float.NaN;
    }
}
