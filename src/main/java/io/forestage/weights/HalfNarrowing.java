package io.forestage.weights;

/** From the bit patterns of float32 to those of float16, to the nearest, ties to even. */
final class HalfNarrowing {

    /** The largest float32 that does not round beyond float16's 65504. */
    static final float LARGEST = Math.nextDown(65520f);

    private static final int INFINITY = 0x7c00;
    private static final int QUIET = 0x0200;

    private HalfNarrowing() {}

    /** The nearest half; a NaN keeps the upper bits of its payload and comes out quiet. */
    static short toHalf(int bits) {
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) {
            return (short) (sign | INFINITY | QUIET | ((magnitude >>> 13) & 0x3ff));
        }
        float value = Float.intBitsToFloat(magnitude);
        if (value > LARGEST) {
            return (short) (sign | INFINITY);
        }
        if (value < 0x1p-14f) {
            // Subnormal: adding a half's worth of float32 leaves just its bits, rightly rounded.
            return (short) (sign | (Float.floatToRawIntBits(value + 0.5f) - 0x3f000000));
        }
        int even = (magnitude >>> 13) & 1;
        return (short) (sign | ((magnitude - (112 << 23) + 0xfff + even) >>> 13));
    }
}
