package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Function;

/** Direct access to an array's memory, to fill or read it without a copy. */
public final class HostMemory {

    private HostMemory() {}

    /**
     * Returns direct access to the memory of a dense array on the CPU.
     *
     * <p>The buffer must not be used after the array is closed. For a contiguous array, such as a
     * new one, writing to the buffer changes the array. For a strided view the buffer is a
     * contiguous copy, for reading only.
     *
     * @param array a dense array of the PyTorch engine, on the CPU, at most 2 GiB
     * @return its memory in native byte order
     * @throws IllegalArgumentException if the array is on another device
     */
    public static ByteBuffer of(NDArray array) {
        if (!Device.Type.CPU.equals(array.getDevice().getDeviceType())) {
            throw new IllegalArgumentException(
                    "array: expected one on the CPU, found one on %s; copy it with toDevice"
                            .formatted(array.getDevice()));
        }
        return ((PtNDArray) array).toByteBuffer(true).order(ByteOrder.nativeOrder());
    }

    /**
     * Reads a dense array on any device. An array that is not on the CPU is copied, which waits for
     * its device, and the copy is closed afterwards. The copies of DJL's own {@link
     * NDArray#toLongArray} and similar methods stay open until the array's manager is closed.
     *
     * @param <R> the type of the result
     * @param array a dense array of the PyTorch engine, at most 2 GiB
     * @param reader reads the values, in native byte order; it must not keep the buffer
     * @return the reader's result
     */
    public static <R> R read(NDArray array, Function<ByteBuffer, R> reader) {
        if (Device.Type.CPU.equals(array.getDevice().getDeviceType())) {
            return reader.apply(of(array));
        }
        try (NDManager scratch = array.getManager().newSubManager()) {
            // toDevice puts the copy into the manager of the array that is copied.
            NDArray view = array.stopGradient();
            view.attach(scratch);
            return reader.apply(of(view.toDevice(Device.cpu(), false)));
        }
    }
}
