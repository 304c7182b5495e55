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
 * Makes arrays whose memory libtorch allocates and reference-counts. Use them for values that are
 * read after the array is closed: by a backward pass, a view or a sparse gradient.
 *
 * <p>An array that DJL makes of Java values on the CPU is a view of a Java buffer, which libtorch
 * does not reference-count. After the array or its manager is closed, the garbage collector frees
 * the buffer, while autograd may still read it. The number in {@code array.mul(2)} is such an array
 * too, and DJL closes it before the call returns.
 */
public final class NativeMemory {

    private NativeMemory() {}

    /**
     * Copies an array. Gradients flow from the copy to the array.
     *
     * @param array dense
     * @return a copy in the same manager
     */
    public static NDArray copyOf(NDArray array) {
        if (!array.getDataType().isFloating()) {
            return array.duplicate();
        }
        // DJL's duplicate cuts the gradient off; whether this array has one, only a leaf reports.
        long[] once = new long[array.getShape().dimension()];
        Arrays.fill(once, 1);
        return JniUtils.tile((PtNDArray) array, once);
    }

    /**
     * Makes an array of Java values.
     *
     * @param manager the owner of the array, which sets its device
     * @param values the elements, in row-major order
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
     * Makes a scalar factor. Multiplying a floating-point array by it does not change the array's
     * type.
     *
     * @param manager the owner of the array, which sets its device
     * @param value the factor
     * @return float64, a scalar
     */
    public static NDArray scalar(NDManager manager, double value) {
        try (NDArray view = manager.create(value)) {
            return copyOf(view);
        }
    }
}
