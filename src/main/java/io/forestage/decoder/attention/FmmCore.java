package io.forestage.decoder.attention;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.forestage.torch.AttentionOperations;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A near field and far fields, added with positive weights. */
final class FmmCore extends HeadsBlock {

    /** Blocks see themselves and the block before; smaller ones are slow. */
    private static final int LEAST_BLOCK = 32;

    private static final double SHARE = 0.5;

    private final int bandwidth;
    private final List<FarField> fars;
    private final Shape shape;
    private final Parameter weights;

    FmmCore(int bandwidth, List<FarField> fars, int heads) {
        this.bandwidth = bandwidth;
        this.fars = fars;
        shape = new Shape(2, heads);
        weights =
                addParameter(
                        Parameter.builder()
                                .setName("weights")
                                .setType(Parameter.Type.OTHER)
                                .optInitializer(this::start)
                                .build());
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        if (!weights.isInitialized()) {
            weights.setShape(shape);
        }
    }

    /** Returns the numbers whose softplus is the share of the near field and of each far field. */
    private NDArray start(NDManager manager, Shape shape, DataType type) {
        Shape row = new Shape(1, shape.get(1));
        try (NDArray near = manager.full(row, inverseSoftplus(SHARE), type);
                NDArray far = manager.full(row, inverseSoftplus(SHARE / fars.size()), type)) {
            return near.concat(far);
        }
    }

    private static float inverseSoftplus(double value) {
        return (float) Math.log(Math.expm1(value));
    }

    @Override
    public void loadParameters(NDManager manager, DataInputStream is)
            throws IOException, MalformedModelException {
        NDArray before = weights.isInitialized() ? weights.getArray() : null;
        super.loadParameters(manager, is);
        if (before != null && before != weights.getArray()) {
            before.close(); // DJL's Parameter replaces its array without closing it
        }
    }

    @Override
    public NDArray attend(
            ParameterStore parameterStore,
            NDArray queries,
            NDArray keys,
            NDArray values,
            @Nullable NDArray mask,
            boolean training) {
        NDArray shares = parameterStore.getValue(weights, queries.getDevice(), training);
        try (NDArray near =
                        AttentionOperations.get()
                                .near(
                                        queries,
                                        keys,
                                        values,
                                        mask,
                                        bandwidth,
                                        Math.max(LEAST_BLOCK, bandwidth - 1));
                NDArray far = far(queries, keys, values, mask)) {
            return AttentionOperations.get().blend(near, far, shares);
        }
    }

    private NDArray far(NDArray queries, NDArray keys, NDArray values, @Nullable NDArray mask) {
        NDArray sum = fars.get(0).attend(queries, keys, values, mask);
        for (FarField field : fars.subList(1, fars.size())) {
            try (NDArray before = sum;
                    NDArray next = field.attend(queries, keys, values, mask)) {
                sum = before.add(next);
            }
        }
        return sum;
    }
}
