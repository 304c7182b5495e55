package io.forestage.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import io.forestage.torch.DecoderOperations;
import org.jspecify.annotations.Nullable;

/** Layer normalisation over the last axis, {@code torch.nn.LayerNorm(D)}: (…, D) → (…, D). */
final class Norm extends WeightAndBias {

    private final double epsilon;

    Norm(int width, double epsilon) {
        super(new Shape(width), Initializer.ONES, new Shape(width));
        this.epsilon = epsilon;
    }

    NDArray apply(ParameterStore parameterStore, NDArray vectors, boolean training) {
        Device device = vectors.getDevice();
        return DecoderOperations.get()
                .normalize(
                        vectors,
                        weight(parameterStore, device, training),
                        bias(parameterStore, device, training),
                        epsilon);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        return new NDList(apply(parameterStore, inputs.singletonOrThrow(), training));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
