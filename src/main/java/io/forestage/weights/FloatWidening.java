package io.forestage.weights;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * Turns chunks of a floating type into the bit patterns of float32. F32 is copied as bits, so that
 * NaN payloads survive; F16 and BF16 widen exactly; F64 rounds to nearest, ties to even.
 */
final class FloatWidening {

    private final ElementType type;

    FloatWidening(ElementType type) {
        this.type = type;
    }

    /** Converts a whole little-endian chunk. Whole arrays at a time: views of buffers are slow. */
    void widen(ByteBuffer chunk, IntBuffer floats) {
        switch (type) {
            case F32 -> floats.put(chunk.asIntBuffer());
            case F16 -> {
                short[] halves = shorts(chunk);
                int[] bits = new int[halves.length];
                for (int i = 0; i < bits.length; i++) {
                    bits[i] = fromHalf(halves[i]);
                }
                floats.put(bits);
            }
            case BF16 -> {
                short[] uppers = shorts(chunk);
                int[] bits = new int[uppers.length];
                for (int i = 0; i < bits.length; i++) {
                    bits[i] = uppers[i] << 16;
                }
                floats.put(bits);
            }
            case F64 -> {
                double[] doubles = new double[chunk.remaining() / Double.BYTES];
                chunk.asDoubleBuffer().get(doubles);
                int[] bits = new int[doubles.length];
                for (int i = 0; i < bits.length; i++) {
                    bits[i] = Float.floatToRawIntBits((float) doubles[i]);
                }
                floats.put(bits);
            }
            default -> throw new IllegalArgumentException("expected a float type, found " + type);
        }
    }

    /**
     * IEEE 754 binary16 to binary32. A NaN keeps its payload and comes out quiet, as the standard's
     * conversion and the processor's have it.
     */
    static int fromHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int magnitude = half & 0x7fff;
        if (magnitude > 0x7c00) {
            return sign | 0x7fc00000 | magnitude << 13;
        }
        if (magnitude == 0x7c00) {
            return sign | 0x7f800000;
        }
        if (magnitude < 0x0400) {
            return sign | Float.floatToRawIntBits(magnitude * 0x1p-24f);
        }
        return sign | ((magnitude << 13) + ((127 - 15) << 23));
    }

    private static short[] shorts(ByteBuffer chunk) {
        short[] shorts = new short[chunk.remaining() / Short.BYTES];
        chunk.asShortBuffer().get(shorts);
        return shorts;
    }
}
