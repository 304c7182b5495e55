package io.forestage.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Utils;
import io.forestage.natives.NativeCache;

/** Starts DJL's PyTorch engine, only with native code that fits its version. */
public final class TorchEngine {

    private TorchEngine() {}

    /**
     * Returns DJL's PyTorch engine, and starts it at the first call.
     *
     * @throws EngineException if it does not start, or if {@link #requireFittingJars} fails
     */
    public static Engine get() {
        requireFittingJars();
        return Engine.getEngine("PyTorch");
    }

    /**
     * Checks the requirements of the engine's start: no other user may write to the folder that
     * native code is loaded from ({@link NativeCache}), and pytorch-jni must fit the versions of
     * the engine and libtorch. Without this check, DJL would try to download a fitting pytorch-jni
     * and not say which jar is wrong.
     *
     * <p>The versions are not checked if {@code PYTORCH_LIBRARY_PATH} or {@code PYTORCH_VERSION}
     * chooses a libtorch, which may come with its own native code.
     *
     * @throws EngineException if other users may write to the folder, or if pytorch-jni has another
     *     version; the message has the folder or the versions of the jars, and the fix
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
