package io.forestage.decoder.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import io.forestage.torch.DecoderOperations;
import org.jspecify.annotations.Nullable;

/** Softmax attention with libtorch's fused kernel, which stores no T × T matrix. */
final class SoftmaxCore extends HeadsBlock {

    private final double scale;
    private final double dropout;

    SoftmaxCore(double scale, double dropout) {
        this.scale = scale;
        this.dropout = dropout;
    }

    @Override
    public NDArray attend(
            ParameterStore parameterStore,
            NDArray queries,
            NDArray keys,
            NDArray values,
            @Nullable NDArray mask,
            boolean training) {
        return DecoderOperations.get()
                .attend(queries, keys, values, mask, scale, training ? dropout : 0);
    }
}
