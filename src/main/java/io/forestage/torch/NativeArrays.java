package io.forestage.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * A list of arrays in native memory, so that an operation that is called often is given its many
 * arrays only once. It keeps their values alive.
 */
public final class NativeArrays implements AutoCloseable {

    private final IValue list;

    private NativeArrays(IValue list) {
        this.list = list;
    }

    /**
     * Makes a list.
     *
     * @param arrays arrays of the PyTorch engine
     * @return the list, to be closed
     */
    public static NativeArrays of(List<NDArray> arrays) {
        return new NativeArrays(
                IValue.listFrom(
                        arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new)));
    }

    IValue list() {
        return list;
    }

    @Override
    public void close() {
        list.close();
    }
}
