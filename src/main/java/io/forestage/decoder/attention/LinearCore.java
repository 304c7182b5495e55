package io.forestage.decoder.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import org.jspecify.annotations.Nullable;

/** Linear attention with one feature map. */
final class LinearCore extends HeadsBlock implements RecurrentCore {

    private final FarField far;

    LinearCore(FarField far) {
        this.far = far;
    }

    @Override
    public NDArray attend(
            ParameterStore parameterStore,
            NDArray queries,
            NDArray keys,
            NDArray values,
            @Nullable NDArray mask,
            boolean training) {
        return far.attend(queries, keys, values, mask);
    }

    @Override
    public AttentionState newState(NDManager owner) {
        return far.newState(owner);
    }
}
