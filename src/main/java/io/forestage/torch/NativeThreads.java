package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Settings of libtorch's own threads. */
public final class NativeThreads {

    /** The number of values for which libtorch uses exactly two threads. */
    private static final long SIZE_FOR_TWO_THREADS = 1 << 16;

    private NativeThreads() {}

    /**
     * Makes libtorch's threads sleep soon after each operation, while the calling thread lives.
     *
     * <p>GNU's OpenMP, which runs libtorch's threads, lets them spin for milliseconds after an
     * operation, on the cores that Java's threads need next. When there are more OpenMP threads
     * than processors, they spin for microseconds only. This method does one operation, which adds
     * OpenMP threads for the calling thread and so exceeds the number of processors. With other
     * OpenMP libraries, such as macOS's, it has no effect.
     */
    public static void sleepWhenIdle() {
        try (NDManager scratch = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                NDArray values = scratch.zeros(new Shape(SIZE_FOR_TWO_THREADS))) {
            values.addi(1);
        }
    }
}
