package io.forestage.decoder.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.torch.DecoderOperations;
import org.jspecify.annotations.Nullable;

/** Softmax attention with libtorch's fused kernel, which stores no T × T matrix. */
final class SoftmaxCore extends AbstractBlock implements AttentionCore {

    private static final byte VERSION = 1;

    private final double scale;
    private final double dropout;

    SoftmaxCore(double scale, double dropout) {
        super(VERSION);
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

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray mask = inputs.size() > 3 ? inputs.get(3) : null;
        return new NDList(
                attend(
                        parameterStore,
                        inputs.get(0),
                        inputs.get(1),
                        inputs.get(2),
                        mask,
                        training));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
