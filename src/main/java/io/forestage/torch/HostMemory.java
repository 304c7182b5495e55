package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Function;

/** An array's own memory, for filling it or reading it without a copy in between. */
public final class HostMemory {

    private HostMemory() {}

    /**
     * Returns direct access to the memory of a dense array on the CPU.
     *
     * <p>The buffer must not be used after the array is closed. Of a contiguous array, such as a
     * new one, it is the very memory: what is written into the buffer is in the array. Of a strided
     * view it is a contiguous copy, good for reading.
     *
     * @param array a dense array of the PyTorch engine, on the CPU, at most 2 GiB
     * @return its memory in native byte order
     * @throws IllegalArgumentException if the array lies on another device
     */
    public static ByteBuffer of(NDArray array) {
        if (!Device.Type.CPU.equals(array.getDevice().getDeviceType())) {
            throw new IllegalArgumentException(
                    "expected an array on the CPU, found one on " + array.getDevice());
        }
        return ((PtNDArray) array).toByteBuffer(true).order(ByteOrder.nativeOrder());
    }

    /**
     * Reads a dense array wherever it lies. Of one on another device a copy is made, which waits
     * for that device and is closed again; what DJL's own {@code toLongArray} and its like copy
     * stays until the array's manager is closed.
     *
     * @param <R> what is read
     * @param array a dense array of the PyTorch engine, at most 2 GiB
     * @param reader reads the values in native byte order; it must not keep the buffer
     * @return what it read
     */
    public static <R> R read(NDArray array, Function<ByteBuffer, R> reader) {
        if (Device.Type.CPU.equals(array.getDevice().getDeviceType())) {
            return reader.apply(of(array));
        }
        try (NDManager scratch = array.getManager().newSubManager()) {
            // The copy goes to a manager below that of the array it is made from.
            NDArray view = array.stopGradient();
            view.attach(scratch);
            return reader.apply(of(view.toDevice(Device.cpu(), false)));
        }
    }
}
