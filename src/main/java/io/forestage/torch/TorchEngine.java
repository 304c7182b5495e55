package io.forestage.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Utils;
import io.forestage.natives.NativeCache;

/** DJL's PyTorch engine, started only with native code of its own version. */
public final class TorchEngine {

    private TorchEngine() {}

    /**
     * Returns the engine, starting it if nobody has so far.
     *
     * @return DJL's engine for PyTorch
     * @throws EngineException if it does not start, or if {@link #requireFittingJars} refuses
     */
    public static Engine get() {
        requireFittingJars();
        return Engine.getEngine("PyTorch");
    }

    /**
     * Checks what has to be right before the engine starts: that native code is loaded from where
     * nobody else may write, by {@link NativeCache}, and that pytorch-jni is of the engine's and
     * libtorch's versions. With any other, DJL tries to download the right one and does not say
     * which jar is wrong.
     *
     * <p>Checks no versions where {@code PYTORCH_LIBRARY_PATH} or {@code PYTORCH_VERSION} chooses a
     * libtorch, which may have its native code beside it.
     *
     * @throws EngineException if others may write where native code is loaded from, or if
     *     pytorch-jni is of another version; the message has the folder, or the versions of the
     *     jars, and the fix
     */
    public static void requireFittingJars() {
        NativeCache.requirePrivate();
        if (isSet("PYTORCH_LIBRARY_PATH") || isSet("PYTORCH_VERSION")) {
            return;
        }
        DjlJars.of(ClassLoaderUtils.getContextClassLoader())
                .mismatch()
                .ifPresent(
                        problem -> {
                            throw new EngineException(problem);
                        });
    }

    private static boolean isSet(String variable) {
        String value = Utils.getEnvOrSystemProperty(variable);
        return value != null && !value.isEmpty();
    }
}
