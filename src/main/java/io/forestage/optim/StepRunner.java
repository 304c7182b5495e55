package io.forestage.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.support.Workers;
import io.forestage.torch.NativeThreads;
import io.forestage.torch.RowUpdates;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Does steps: in the CPU's memory where Java can reach it, else by native operations. */
final class StepRunner {

    static final List<DataType> TYPES = List.of(DataType.FLOAT32, DataType.FLOAT64);

    private final CpuStep host;
    private final boolean alwaysNative;
    private @Nullable RowUpdates updates;

    StepRunner(int threads, boolean alwaysNative) {
        host = new CpuStep(new Workers("forestage-optim", threads, NativeThreads::sleepWhenIdle));
        this.alwaysNative = alwaysNative;
    }

    /** Whether the values of weights lie one after the other. */
    boolean isContiguous(NDArray weight) {
        return weight.size() == 0 || operations(weight).isContiguous(weight);
    }

    /** Whether Java itself updates such weights, if they are no strided view. */
    boolean areOnHost(DataType type, Device device) {
        return !alwaysNative
                && type == DataType.FLOAT32
                && device.getDeviceType().equals(Device.Type.CPU);
    }

    /** Updates weights and state, then clears the gradient that the weight carries. */
    void run(
            UpdateRule rule,
            NDArray weight,
            NDArray gradient,
            RowState state,
            GradientScale scale) {
        requireFit(weight, gradient);
        if (weight.size() > 0) {
            RowUpdates operations = operations(weight);
            if (state.isOnHost()) {
                requireContiguous(weight, state, operations);
                host.run(rule, scale, weight, gradient, state, operations);
            } else {
                runNatively(rule, weight, gradient, state, scale);
            }
        }
        if (!gradient.isSparse() && rule.keepsMoving()) {
            state.setAllMoving();
        }
        if (weight.hasGradient()) {
            RowUpdates.clearGradient(weight);
        }
    }

    /** Sums the squares of a gradient, after the rows of one id were added. */
    double squaredNorm(NDArray gradient) {
        RowUpdates operations = operations(gradient);
        return areOnHost(gradient.getDataType(), gradient.getDevice())
                ? host.squaredNorm(gradient, operations)
                : operations.squaredNorm(gradient);
    }

    private void runNatively(
            UpdateRule rule,
            NDArray weight,
            NDArray gradient,
            RowState state,
            GradientScale scale) {
        double[] numbers =
                DoubleStream.concat(
                                DoubleStream.of(scale.factor(), scale.bound()),
                                Arrays.stream(rule.numbers()))
                        .toArray();
        long[] moving =
                gradient.isSparse()
                        ? Arrays.stream(state.moving()).asLongStream().toArray()
                        : new long[0];
        long[] stillMoving =
                operations(weight)
                        .update(rule.script(), weight, gradient, state.tables(), numbers, moving);
        state.setMoving(
                rule.keepsMoving()
                        ? LongStream.of(stillMoving).mapToInt(Math::toIntExact).toArray()
                        : new int[0]);
    }

    private RowUpdates operations(NDArray of) {
        RowUpdates open = updates;
        if (open == null || !open.isOpen()) {
            open = RowUpdates.load(of.getManager().newSubManager());
            updates = open;
        }
        return open;
    }

    private static void requireContiguous(NDArray weight, RowState state, RowUpdates operations) {
        if (!state.isKnownContiguous(weight)) {
            if (!operations.isContiguous(weight)) {
                throw new IllegalArgumentException(
                        "weights "
                                + weight.getShape()
                                + ": expected values that lie one after the other, as in the first"
                                + " step, found a strided view; make a new optimiser for it");
            }
            state.setKnownContiguous(weight);
        }
    }

    private static void requireFit(NDArray weight, NDArray gradient) {
        Shape shape = weight.getShape();
        if (!TYPES.contains(weight.getDataType())) {
            throw new IllegalArgumentException(
                    "weights "
                            + shape
                            + ": expected one of "
                            + TYPES
                            + ", found "
                            + weight.getDataType()
                            + "; convert them with toType before training");
        }
        if (!gradient.getShape().equals(shape)
                || gradient.getDataType() != weight.getDataType()
                || (gradient.isSparse() && shape.dimension() != 2)) {
            throw new IllegalArgumentException(
                    "gradient of weights "
                            + shape
                            + ": expected "
                            + weight.getDataType()
                            + " of that shape"
                            + (gradient.isSparse() ? ", (V, D) for a sparse one" : "")
                            + ", found "
                            + gradient.getDataType()
                            + " "
                            + gradient.getShape());
        }
    }

    /**
     * What is done to a gradient before it is used.
     *
     * @param factor each value is multiplied by it
     * @param bound then each value is clipped to −bound … bound
     */
    record GradientScale(float factor, float bound) {

        boolean isIdentity() {
            return factor == 1f && bound == Float.POSITIVE_INFINITY;
        }
    }
}
