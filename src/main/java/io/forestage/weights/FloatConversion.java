package io.forestage.weights;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * Converts between the bit patterns of float types. To float32, in chunks: F32 is copied as bits,
 * so that NaN payloads survive; F16 and BF16 widen exactly; F64 rounds to nearest, ties to even. To
 * float16, one by one: to nearest, ties to even.
 */
final class FloatConversion {

    /** The largest float32 that does not round beyond float16's 65504. */
    static final float MAX_HALF = Math.nextDown(65520f);

    private static final int HALF_INFINITY = 0x7c00;
    private static final int HALF_QUIET = 0x0200;

    private final ElementType type;

    // Kept from chunk to chunk: to clear fresh ones costs as much as to convert.
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

    /** Converts a whole little-endian chunk. Whole arrays at a time: views of buffers are slow. */
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
            default -> throw new IllegalArgumentException("expected a float type, found " + type);
        }
    }

    /**
     * IEEE 754 binary16 to binary32. A NaN keeps its payload and comes out quiet, as the standard's
     * conversion and the processor's have it.
     */
    private static int fromHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int magnitude = half & 0x7fff;
        if (magnitude >= 0x7c00) {
            int quiet = magnitude == 0x7c00 ? 0 : 0x00400000;
            return sign | 0x7f800000 | quiet | magnitude << 13;
        }
        // The exponent's bias differs by 112; to multiply is exact and rights subnormals as well.
        float scaled = Float.intBitsToFloat(magnitude << 13) * 0x1p112f;
        return sign | Float.floatToRawIntBits(scaled);
    }

    /** Whether float16 holds a value, rounded; it also holds infinities and NaN. */
    static boolean fitsHalf(float value) {
        return !(Math.abs(value) > MAX_HALF) || Float.isInfinite(value);
    }

    /** The nearest half; a NaN keeps the upper bits of its payload and comes out quiet. */
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
            // Subnormal: adding a half's worth of float32 leaves just its bits, rightly rounded.
            return (short) (sign | (Float.floatToRawIntBits(value + 0.5f) - 0x3f000000));
        }
        int even = (magnitude >>> 13) & 1;
        return (short) (sign | ((magnitude - (112 << 23) + 0xfff + even) >>> 13));
    }
}
