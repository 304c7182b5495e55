package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An array's own memory, for filling it or reading it without a copy in between. */
public final class HostMemory {

    private HostMemory() {}

    /**
     * Gives direct access to the memory of a dense array on the CPU.
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
}
