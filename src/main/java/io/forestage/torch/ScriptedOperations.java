package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TorchScript module with native operations that DJL's {@link NDArray} does not offer. {@code
 * scripts/operations/make-torch-operations} writes the modules.
 */
final class ScriptedOperations {

    /** DJL's setting for modules of others. */
    private static final boolean OPTIMIZES =
            Boolean.parseBoolean(System.getProperty("ai.djl.pytorch.graph_optimizer", "true"));

    private final NDManager owner;
    private final PtSymbolBlock module;

    /** An empty array for each method, whose name DJL reads as that of the method. */
    private final Map<String, NDArray> methodNames = new ConcurrentHashMap<>();

    private ScriptedOperations(NDManager owner, PtSymbolBlock module) {
        this.owner = owner;
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
                    manager, JniUtils.loadModule((PtNDManager) manager, in, false, false));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s: cannot be read from Forestage's jar".formatted(resource), e);
        }
    }

    /** Loads a module that is never closed. */
    static ScriptedOperations loadForever(String resource) {
        NDManager owner = TorchEngine.get().newBaseManager(Device.cpu());
        try {
            return load(owner, resource);
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /**
     * Runs a method. The result belongs to the manager of the first argument.
     *
     * <p>DJL runs a module in inference mode, whose tensors can never be trained or changed, or in
     * training mode. This method always uses training mode.
     *
     * <p>TorchScript's optimiser is off meanwhile, on this thread: from the second call on, it
     * takes gradients by formulas of its own. Then a training that resumes would have other bits
     * than one that runs through, and the gradient of a/b is 0/0 where b · b is 0 in float32.
     */
    NDArray run(String method, NDArray... arguments) {
        return runForList(method, arguments).singletonOrThrow();
    }

    /**
     * Runs a method like {@link #run}, with several results, which belong to the manager of the
     * first argument.
     */
    NDList runForList(String method, NDArray... arguments) {
        NDList inputs = new NDList(arguments);
        inputs.add(methodNames.computeIfAbsent(method, this::methodName));
        JniUtils.setGraphExecutorOptimize(false);
        try {
            return IValueUtils.forward(module, inputs, true);
        } finally {
            JniUtils.setGraphExecutorOptimize(OPTIMIZES);
        }
    }

    /**
     * Runs a method without recording gradients. The arguments may be lists and numbers, and the
     * result can never be trained or changed.
     */
    NDArray runWithoutGradients(NDManager manager, String method, IValue... arguments) {
        try (IValue result = value(method, arguments)) {
            return result.toTensor((PtNDManager) manager);
        }
    }

    /** Runs a method like {@link #runWithoutGradients}; the caller closes the result. */
    IValue value(String method, IValue... arguments) {
        return IValueUtils.runMethod(module, method, arguments);
    }

    /** Returns a view without a name: DJL would parse "a.b", "a[]" and "a()" as structures. */
    static NDArray unnamed(NDArray array, NDManager scratch) {
        String name = array.getName();
        if (name == null || name.chars().allMatch(Character::isLetterOrDigit)) {
            return array;
        }
        NDArray view = array.reshape(array.getShape());
        view.attach(scratch);
        return view;
    }

    private NDArray methodName(String method) {
        NDArray name = owner.create(new Shape(0));
        name.setName("module_method:" + method);
        return name;
    }
}
