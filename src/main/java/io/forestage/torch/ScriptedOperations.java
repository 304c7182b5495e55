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
 * A TorchScript module with native operations that DJL's {@link NDArray} does not offer. {@code
 * scripts/make-torch-operations} writes the modules.
 */
final class ScriptedOperations {

    private final PtSymbolBlock module;

    private ScriptedOperations(PtSymbolBlock module) {
        this.module = module;
    }

    /** Loads a module, which the manager closes when it is closed. */
    static ScriptedOperations load(NDManager manager, String resource) {
        try (InputStream in = ScriptedOperations.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(
                        "%s: not found in Forestage's jar; build the jar again"
                                .formatted(resource));
            }
            return new ScriptedOperations(
                    JniUtils.loadModule((PtNDManager) manager, in, false, false));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s: cannot be read from Forestage's jar".formatted(resource), e);
        }
    }

    /**
     * Runs a method. The result belongs to the manager of the first argument.
     *
     * <p>DJL runs a module in inference mode, whose tensors can never be trained or changed, or in
     * training mode. This method always uses training mode.
     */
    NDArray run(NDManager manager, String method, NDArray... arguments) {
        return runForList(manager, method, arguments).singletonOrThrow();
    }

    /** Runs a method with several results, which belong to the manager of the first argument. */
    NDList runForList(NDManager manager, String method, NDArray... arguments) {
        NDList inputs = new NDList(arguments);
        NDArray methodName = manager.create(new int[0]);
        methodName.setName("module_method:" + method);
        inputs.add(methodName);
        return IValueUtils.forward(module, inputs, true);
    }
}
