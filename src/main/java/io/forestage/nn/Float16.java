package io.forestage.nn;

/** Half precision, IEEE 754 binary16. */
final class Float16 {

    private static final double SMALLEST_NORMAL = 0x1p-14;
    private static final double STEPS_OF_A_SUBNORMAL = 0x1p24;

    /** Halfway between the largest number, 65504, and the one that would follow it. */
    private static final double OVERFLOW = 65520;

    private static final int SIGN = 0x8000;
    private static final int INFINITY = 0x7c00;
    private static final int NAN = 0x7e00;
    private static final int BIAS = 15;
    private static final int FRACTION_BITS = 10;

    private Float16() {}

    /**
     * The bits of the nearest half, ties to even. It never passes through float32, whose rounding
     * would move values close to a tie onto the tie.
     */
    static short bits(double value) {
        int sign = Double.doubleToRawLongBits(value) < 0 ? SIGN : 0;
        return (short) (sign | magnitude(Math.abs(value)));
    }

    private static int magnitude(double value) {
        if (Double.isNaN(value)) {
            return NAN;
        }
        if (value >= OVERFLOW) {
            return INFINITY;
        }
        if (value < SMALLEST_NORMAL) {
            return (int) Math.rint(value * STEPS_OF_A_SUBNORMAL);
        }
        int exponent = Math.getExponent(value);
        int significand = (int) Math.rint(Math.scalb(value, FRACTION_BITS - exponent));
        // A significand that rounds up to the next power of two carries into the exponent.
        return ((exponent + BIAS - 1) << FRACTION_BITS) + significand;
    }
}
