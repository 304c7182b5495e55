package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** libtorch's own threads beside Java's. */
public final class NativeThreads {

    /** Values that libtorch gives to two threads, no more and no fewer. */
    private static final long TWO_SHARES = 1 << 16;

    private NativeThreads() {}

    /**
     * Lets libtorch's threads sleep between operations for as long as the calling thread lives.
     *
     * <p>GNU's OpenMP, which runs them, has them spin for milliseconds after an operation, on the
     * cores that Java's threads want next; as soon as it counts more threads than processors they
     * spin for microseconds only. An operation gives the calling thread a team of its own, with
     * which there are more. Elsewhere, such as on macOS, this does nothing.
     */
    public static void sleepWhenIdle() {
        try (NDManager scratch = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                NDArray values = scratch.zeros(new Shape(TWO_SHARES))) {
            values.addi(1);
        }
    }
}
