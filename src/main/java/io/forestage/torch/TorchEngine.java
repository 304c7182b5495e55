package io.forestage.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import io.forestage.natives.NativeCache;
import java.io.IOException;

/** Starts DJL's PyTorch engine, only with native code that fits its version. */
public final class TorchEngine {

    private TorchEngine() {}

    /**
     * Returns DJL's PyTorch engine, and starts it at the first call.
     *
     * @throws EngineException if it does not start, or if {@link #requireFittingJars} fails;
     *     without libtorch the message has the dependency to add
     */
    public static Engine get() {
        requireFittingJars();
        try {
            return Engine.getEngine("PyTorch");
        } catch (EngineException failure) {
            // Without a fitting jar, DJL tries a download, and only says that it failed.
            if (failure.getCause() instanceof IOException reason) {
                throw new EngineException(withoutLibtorch(reason), failure);
            }
            throw failure;
        }
    }

    private static String withoutLibtorch(IOException reason) {
        return ("libtorch: expected ai.djl.pytorch:pytorch-native-cpu:%s with the classifier %s"
                        + " among the program's dependencies, or a download by DJL, found no such"
                        + " jar and no download (%s: %s); add the dependency with scope runtime, or"
                        + " start the program once with a network")
                .formatted(
                        DjlJars.LIBTORCH_VERSION,
                        Platform.fromSystem("pytorch").getClassifier(),
                        reason.getClass().getSimpleName(),
                        reason.getMessage());
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
