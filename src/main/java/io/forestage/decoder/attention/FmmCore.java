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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A near field and far fields, added with positive weights. */
final class FmmCore extends HeadsBlock implements RecurrentCore {

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
        try (NDArray near =
                        AttentionOperations.get()
                                .near(queries, keys, values, mask, bandwidth, block());
                NDArray far = sum(fars, field -> field.attend(queries, keys, values, mask))) {
            return blend(parameterStore, near, far, training);
        }
    }

    int bandwidth() {
        return bandwidth;
    }

    int block() {
        return Math.max(LEAST_BLOCK, bandwidth - 1);
    }

    /** Adds the fields with the block's weights, in the manager of the near field. */
    NDArray blend(ParameterStore parameterStore, NDArray near, NDArray far, boolean training) {
        NDArray shares = parameterStore.getValue(weights, near.getDevice(), training);
        return AttentionOperations.get().blend(near, far, shares);
    }

    /** Adds the results of all far fields. */
    static <F> NDArray sum(List<F> fields, Function<F, NDArray> attend) {
        NDArray sum = attend.apply(fields.get(0));
        for (F field : fields.subList(1, fields.size())) {
            try (NDArray before = sum;
                    NDArray next = attend.apply(field)) {
                sum = before.add(next);
            }
        }
        return sum;
    }

    @Override
    public AttentionState newState(NDManager owner) {
        NDManager manager = owner.newSubManager();
        return new FmmState(
                this, manager, fars.stream().map(field -> field.newState(manager)).toList());
    }
}
