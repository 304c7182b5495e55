package io.forestage.decoder.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/** What the attention of every kind has as a DJL block. */
abstract class HeadsBlock extends AbstractBlock implements AttentionCore {

    private static final byte VERSION = 1;

    HeadsBlock() {
        super(VERSION);
    }

    @Override
    protected final NDList forwardInternal(
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
    public final Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
