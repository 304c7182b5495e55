package io.forestage.testing;

import ai.djl.ndarray.NDArray;

/** Float32 values as bit patterns, to compare them to the bit. */
public final class Bits {

    private Bits() {}

    public static int[] of(NDArray array) {
        return of(array.toFloatArray());
    }

    public static int[] of(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
