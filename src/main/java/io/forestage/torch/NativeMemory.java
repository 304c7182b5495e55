package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;

/**
 * Arrays whose memory libtorch allocates and counts, for all that may be read after the call that
 * made it: by a backward pass, by a view, by a sparse gradient.
 *
 * <p>An array that DJL makes of Java values on the CPU is a view of a Java buffer. libtorch does
 * not count who uses that memory: once the array or its manager is closed, the garbage collector
 * frees it, and whatever autograd has kept of the array reads what lies there next. The number in
 * {@code array.mul(2)} is such an array too, closed before the call returns.
 */
public final class NativeMemory {

    private NativeMemory() {}

    /**
     * Copies an array; a gradient that reaches the copy goes on to the array.
     *
     * @param array dense
     * @return a copy in the same manager, which libtorch keeps for as long as anything reads it
     */
    public static NDArray copyOf(NDArray array) {
        if (!array.getDataType().isFloating()) {
            return array.duplicate();
        }
        // DJL's duplicate lets no gradient through, and only a leaf reports that it has one.
        long[] once = new long[array.getShape().dimension()];
        Arrays.fill(once, 1);
        return JniUtils.tile((PtNDArray) array, once);
    }

    /**
     * Makes an array of numbers on the host.
     *
     * @param manager the owner of the array, whose device it lies on
     * @param values the numbers, in the order of memory
     * @param shape the array's shape
     * @return int64
     */
    public static NDArray of(NDManager manager, long[] values, Shape shape) {
        if (!Device.Type.CPU.equals(manager.getDevice().getDeviceType())) {
            return manager.create(values, shape); // a copy on the device
        }
        NDArray array = manager.create(shape, DataType.INT64);
        if (values.length > 0) {
            HostMemory.of(array).asLongBuffer().put(values);
        }
        return array;
    }

    /**
     * Makes a factor to multiply arrays of any type with, which does not change their type.
     *
     * @param manager the owner of the array, whose device it lies on
     * @param value the number
     * @return float64, a scalar
     */
    public static NDArray scalar(NDManager manager, double value) {
        try (NDArray view = manager.create(value)) {
            return copyOf(view);
        }
    }
}
