package io.forestage.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import io.forestage.torch.DecoderOperations;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer in GPT-2's layout, transformers' {@code Conv1D}: its weight is (in, out). The
 * blocks use its values in operations of their own.
 */
final class Projection extends WeightAndBias {

    private final int outWidth;

    Projection(int inWidth, int outWidth, double initializerRange) {
        super(
                new Shape(inWidth, outWidth),
                new NormalInitializer((float) initializerRange),
                new Shape(outWidth));
        this.outWidth = outWidth;
    }

    /** Returns the parameters' values on a device. */
    DecoderOperations.Layer layer(ParameterStore parameterStore, Device device, boolean training) {
        return new DecoderOperations.Layer(
                weight(parameterStore, device, training), bias(parameterStore, device, training));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray vectors = inputs.singletonOrThrow();
        DecoderOperations.Layer layer = layer(parameterStore, vectors.getDevice(), training);
        try (NDArray transposed = layer.weight().transpose()) {
            return Linear.linear(vectors, transposed, layer.bias());
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape vectors = inputShapes[0];
        return new Shape[] {vectors.slice(0, vectors.dimension() - 1).add(outWidth)};
    }
}
