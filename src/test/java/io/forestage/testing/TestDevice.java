package io.forestage.testing;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import java.util.Locale;

/**
 * The device that tests tagged {@code gpu} run on: the first GPU, or with the system property
 * {@code forestage.device=cpu} the CPU. That is a rehearsal of the tests and proves nothing about a
 * GPU.
 */
public final class TestDevice {

    private static final String PROPERTY = "forestage.device";
    private static final String GPU = "gpu";

    private TestDevice() {}

    public static Device get() {
        return isRehearsal() ? Device.cpu() : Device.gpu();
    }

    /** Returns the device's name on the command line and in a pipeline's arguments. */
    public static String name() {
        return isRehearsal() ? "cpu" : GPU;
    }

    /** Returns whether the device is available, for {@link GpuTest}. */
    public static boolean isAvailable() {
        return isRehearsal() || Engine.getEngine("PyTorch").getGpuCount() > 0;
    }

    /** Returns the bytes of GPU memory in use, without libtorch's cache. */
    public static long usedMemory() {
        if (isRehearsal()) {
            return 0;
        }
        JniUtils.emptyCudaCache();
        return CudaUtils.getGpuMemory(Device.gpu()).getUsed();
    }

    /** Returns an array's values as float32. */
    public static float[] floats(NDArray array) {
        try (NDArray host = array.toDevice(Device.cpu(), true);
                NDArray wide = host.toType(DataType.FLOAT32, true)) {
            return wide.toFloatArray();
        }
    }

    private static boolean isRehearsal() {
        String value = System.getProperty(PROPERTY, GPU).toLowerCase(Locale.ROOT);
        return switch (value) {
            case GPU -> false;
            case "cpu" -> true;
            default ->
                    throw new IllegalArgumentException(
                            PROPERTY + ": expected gpu or cpu, found " + value);
        };
    }
}
