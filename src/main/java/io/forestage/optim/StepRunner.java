package io.forestage.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.support.Workers;
import io.forestage.torch.NativeThreads;
import io.forestage.torch.RecordedLookups;
import io.forestage.torch.RowUpdates;
import io.forestage.torch.RowUpdates.Parts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Runs optimiser steps: in Java for float32 on the CPU, else by native operations. */
final class StepRunner {

    static final List<DataType> TYPES = List.of(DataType.FLOAT32, DataType.FLOAT64);

    private final CpuStep cpuStep;
    private final boolean alwaysNative;
    private @Nullable RowUpdates updates;

    StepRunner(int threads, boolean alwaysNative) {
        cpuStep =
                new CpuStep(new Workers("forestage-optim", threads, NativeThreads::sleepWhenIdle));
        this.alwaysNative = alwaysNative;
    }

    /** Returns whether weights are contiguous in memory. */
    boolean isContiguous(NDArray weight) {
        return weight.size() == 0 || operations(weight).isContiguous(weight);
    }

    /** Returns whether Java updates such weights, provided that they are contiguous. */
    boolean updatesInJava(DataType type, Device device) {
        return !alwaysNative
                && type == DataType.FLOAT32
                && device.getDeviceType().equals(Device.Type.CPU);
    }

    /**
     * Updates weights and state, then clears the weights' gradient.
     *
     * @param gradient the gradient; where there are lookups, the ticket for theirs
     * @param lookups the weights' recorded lookups, or null
     */
    void run(
            UpdateRule rule,
            NDArray weight,
            NDArray gradient,
            @Nullable RecordedLookups lookups,
            RowState state,
            GradientScale scale) {
        requireFit(weight, gradient);
        if (weight.size() > 0) {
            RowUpdates operations = operations(weight);
            if (state.isInJava()) {
                requireContiguous(weight, state, operations);
            }
            if (lookups != null) {
                runRecorded(rule, weight, gradient, lookups, state, scale);
            } else if (state.isInJava()) {
                cpuStep.run(rule, scale, weight, gradient, state, operations);
            } else {
                runNatively(rule, weight, gradient, state, scale);
            }
        }
        if (!gradient.isSparse() && rule.keepsMoving()) {
            state.setAllMoving();
        }
        if (weight.hasGradient()) {
            if (!gradient.isSparse()) {
                RecordedLookups.keepSharedWith(weight);
            }
            RowUpdates.clearGradient(weight);
        }
        if (lookups != null) {
            lookups.clear();
        }
    }

    private void runRecorded(
            UpdateRule rule,
            NDArray weight,
            NDArray ticket,
            RecordedLookups lookups,
            RowState state,
            GradientScale scale) {
        RowUpdates operations = operations(weight);
        try (NDManager scratch = weight.getManager().newSubManager(weight.getDevice())) {
            if (state.isInJava()) {
                Parts parts = lookups.parts(weight, ticket, scratch, operations);
                cpuStep.runRows(rule, scale, weight, parts, state);
            } else {
                NDArray gradient = lookups.gradient(weight, ticket, scratch, operations);
                runNatively(rule, weight, gradient, state, scale);
            }
        }
    }

    /**
     * Returns the sum of the squares of a gradient, or of that of the weights' recorded lookups;
     * rows of the same id are added first.
     */
    double squaredNorm(NDArray weight, NDArray gradient) {
        RecordedLookups lookups = RecordedLookups.of(weight);
        if (lookups == null) {
            return squaredNorm(gradient);
        }
        RowUpdates operations = operations(weight);
        try (NDManager scratch = weight.getManager().newSubManager(weight.getDevice())) {
            return updatesInJava(weight.getDataType(), weight.getDevice())
                    ? cpuStep.squaredNorm(
                            lookups.parts(weight, gradient, scratch, operations), weight.getShape())
                    : operations.squaredNorm(
                            lookups.gradient(weight, gradient, scratch, operations));
        }
    }

    private double squaredNorm(NDArray gradient) {
        RowUpdates operations = operations(gradient);
        return updatesInJava(gradient.getDataType(), gradient.getDevice())
                ? cpuStep.squaredNorm(gradient, operations)
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

    private RowUpdates operations(NDArray array) {
        RowUpdates open = updates;
        if (open == null || !open.isOpen()) {
            open = RowUpdates.load(array.getManager().newSubManager());
            updates = open;
        }
        return open;
    }

    private static void requireContiguous(NDArray weight, RowState state, RowUpdates operations) {
        if (!state.isKnownContiguous(weight)) {
            if (!operations.isContiguous(weight)) {
                throw new IllegalArgumentException(
                        "weights %s: expected a contiguous array, as in the first step, found a strided view; make a new optimiser for it"
                                .formatted(weight.getShape()));
            }
            state.setKnownContiguous(weight);
        }
    }

    private static void requireFit(NDArray weight, NDArray gradient) {
        Shape shape = weight.getShape();
        if (!TYPES.contains(weight.getDataType())) {
            throw new IllegalArgumentException(
                    "weights %s: expected one of %s, found %s; convert them with toType before training"
                            .formatted(shape, TYPES, weight.getDataType()));
        }
        if (!gradient.getShape().equals(shape)
                || gradient.getDataType() != weight.getDataType()
                || (gradient.isSparse() && shape.dimension() != 2)) {
            throw new IllegalArgumentException(
                    "gradient of weights %s: expected %s of that shape%s, found %s %s"
                            .formatted(
                                    shape,
                                    weight.getDataType(),
                                    gradient.isSparse() ? ", (V, D) for a sparse one" : "",
                                    gradient.getDataType(),
                                    gradient.getShape()));
        }
    }

    /**
     * The scaling and clipping of a gradient before it is used.
     *
     * @param factor the factor of each value
     * @param bound each scaled value is clipped to −bound … bound
     */
    record GradientScale(float factor, float bound) {

        boolean isIdentity() {
            return factor == 1f && bound == Float.POSITIVE_INFINITY;
        }
    }
}
