package io.forestage.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Data that both sides compute from the same formulas, without a shared file. */
final class DeviceData {

    static final int BATCHES = 16;

    private static final long STRIDE = 7919;
    private static final long JUMP = 104_729;
    private static final int MODULUS = 10_007;

    private DeviceData() {}

    /** Returns a table (rows, 768); its n-th value is (n · 7919 mod 10007) / 10007 − 0.5. */
    static NDArray table(NDManager manager, long rows) {
        return table(manager, rows, Gpt2Folder.WIDTH);
    }

    /** Returns a table (rows, width) by the same formula. */
    static NDArray table(NDManager manager, long rows, long width) {
        long size = rows * width;
        ByteBuffer values =
                ByteBuffer.allocateDirect(Math.toIntExact(size * Float.BYTES))
                        .order(ByteOrder.nativeOrder());
        for (long n = 0; n < size; n++) {
            values.putFloat((float) (n * STRIDE % MODULUS) / MODULUS - 0.5f);
        }
        try (NDArray view =
                manager.create(values.flip(), new Shape(rows, width), DataType.FLOAT32)) {
            return view.duplicate();
        }
    }

    /** Returns ids x² / V for x spread evenly over 0 … V − 1; low ids are more frequent. */
    static NDArray ids(NDManager manager, Shape shape, int batch) {
        long[] ids = new long[Math.toIntExact(shape.size())];
        for (int n = 0; n < ids.length; n++) {
            long x = (n * STRIDE + batch * JUMP) % Gpt2Folder.VOCABULARY;
            ids[n] = x * x / Gpt2Folder.VOCABULARY;
        }
        try (NDArray view = manager.create(ids, shape)) {
            return view.duplicate();
        }
    }
}
