package io.forestage.weights;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * Converts between the bit patterns of floating-point types. To float32, in chunks: F32 is copied
 * as bits, so that NaN payloads survive; F16 and BF16 are widened exactly; F64 is rounded to
 * nearest, ties to even. To float16, one element at a time: rounded to nearest, ties to even.
 */
public final class FloatConversion {

    /** The largest float32 that does not round beyond float16's 65504. */
    static final float MAX_HALF = Math.nextDown(65520f);

    private static final int HALF_INFINITY = 0x7c00;
    private static final int HALF_QUIET = 0x0200;

    private final ElementType type;

    // Reused for all chunks: to clear new arrays costs as much as to convert.
    private final short[] shorts;
    private final double[] doubles;
    private final int[] bits;

    FloatConversion(ElementType type, int maxElements) {
        this.type = type;
        boolean isShort = type.bytes() == Short.BYTES;
        boolean isDouble = type == ElementType.F64;
        this.shorts = new short[isShort ? maxElements : 0];
        this.doubles = new double[isDouble ? maxElements : 0];
        this.bits = new int[isShort || isDouble ? maxElements : 0];
    }

    /** Converts a little-endian chunk, a whole array at a time, because buffer views are slow. */
    void widen(ByteBuffer chunk, IntBuffer floats) {
        int count = chunk.remaining() / type.bytes();
        switch (type) {
            case F32 -> floats.put(chunk.asIntBuffer());
            case F16 -> {
                chunk.asShortBuffer().get(shorts, 0, count);
                for (int i = 0; i < count; i++) {
                    bits[i] = fromHalf(shorts[i]);
                }
                floats.put(bits, 0, count);
            }
            case BF16 -> {
                chunk.asShortBuffer().get(shorts, 0, count);
                for (int i = 0; i < count; i++) {
                    bits[i] = shorts[i] << 16;
                }
                floats.put(bits, 0, count);
            }
            case F64 -> {
                chunk.asDoubleBuffer().get(doubles, 0, count);
                for (int i = 0; i < count; i++) {
                    bits[i] = Float.floatToRawIntBits((float) doubles[i]);
                }
                floats.put(bits, 0, count);
            }
            default ->
                    throw new IllegalArgumentException(
                            "expected F16, BF16, F32 or F64, found %s".formatted(type));
        }
    }

    /**
     * Converts an IEEE 754 binary16 to a float, exactly. A NaN becomes quiet.
     *
     * @param half the bits of a binary16
     * @return the same value
     */
    public static float halfToFloat(short half) {
        return Float.intBitsToFloat(fromHalf(half));
    }

    /**
     * Converts IEEE 754 binary16 to binary32. A NaN keeps its payload and becomes quiet, as in the
     * standard and on processors.
     */
    private static int fromHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int magnitude = half & 0x7fff;
        if (magnitude >= 0x7c00) {
            int quiet = magnitude == 0x7c00 ? 0 : 0x00400000;
            return sign | 0x7f800000 | quiet | magnitude << 13;
        }
        // The exponent's bias differs by 112. The product is exact, for subnormals too.
        float scaled = Float.intBitsToFloat(magnitude << 13) * 0x1p112f;
        return sign | Float.floatToRawIntBits(scaled);
    }

    /** Returns whether a value, rounded, is in float16's range; infinities and NaN are. */
    static boolean fitsHalf(float value) {
        return !(Math.abs(value) > MAX_HALF) || Float.isInfinite(value);
    }

    /** Returns the nearest float16; a NaN keeps the upper bits of its payload and becomes quiet. */
    static short toHalf(int bits) {
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) {
            return (short) (sign | HALF_INFINITY | HALF_QUIET | ((magnitude >>> 13) & 0x3ff));
        }
        float value = Float.intBitsToFloat(magnitude);
        if (value > MAX_HALF) {
            return (short) (sign | HALF_INFINITY);
        }
        if (value < 0x1p-14f) {
            // Subnormal: the sum with 0.5 has the float16's bits, correctly rounded, as its lowest
            // bits.
            return (short) (sign | (Float.floatToRawIntBits(value + 0.5f) - 0x3f000000));
        }
        int even = (magnitude >>> 13) & 1;
        return (short) (sign | ((magnitude - (112 << 23) + 0xfff + even) >>> 13));
    }
}
