package io.forestage.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A TorchScript module that {@code scripts/make-torch-operations} writes: native operations that
 * DJL's NDArray does not offer.
 */
final class ScriptedOperations implements AutoCloseable {

    private final PtSymbolBlock module;

    private ScriptedOperations(PtSymbolBlock module) {
        this.module = module;
    }

    /** Loads a module; the manager closes it at the latest. */
    static ScriptedOperations load(NDManager manager, String resource) {
        try (InputStream in = ScriptedOperations.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing from Forestage's jar");
            }
            return new ScriptedOperations(
                    JniUtils.loadModule((PtNDManager) manager, in, false, false));
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " in Forestage's jar cannot be read", e);
        }
    }

    /**
     * Runs one method. The result goes to the manager of the first argument.
     *
     * <p>DJL runs a module either in inference mode, whose tensors can never be trained or changed
     * afterwards, or in training mode; ours is always the latter.
     */
    NDArray run(NDManager manager, String method, NDArray... arguments) {
        return runForList(manager, method, arguments).singletonOrThrow();
    }

    /** Runs one method with several results, which go to the manager of the first argument. */
    NDList runForList(NDManager manager, String method, NDArray... arguments) {
        NDList inputs = new NDList(arguments);
        NDArray methodName = manager.create(new int[0]);
        methodName.setName("module_method:" + method);
        inputs.add(methodName);
        return IValueUtils.forward(module, inputs, true);
    }

    @Override
    public void close() {
        module.close();
    }
}
