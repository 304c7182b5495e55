package io.forestage.decoder;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A block with the two parameters {@code weight} and {@code bias}. It stays frozen until it is
 * unfrozen by {@link #freezeParameters(boolean)}: DJL's {@link ai.djl.Model#newTrainer} unfreezes
 * every parameter of a loaded model by a predicate, without that call.
 */
abstract sealed class WeightAndBias extends AbstractBlock permits Norm, Projection {

    private static final byte VERSION = 1;

    private final Shape weightShape;
    private final Shape biasShape;
    private final Parameter weight;
    private final Parameter bias;
    private boolean frozen;

    WeightAndBias(Shape weightShape, Initializer initializer, Shape biasShape) {
        super(VERSION);
        this.weightShape = weightShape;
        this.biasShape = biasShape;
        weight = parameter("weight", Parameter.Type.WEIGHT, initializer);
        bias = parameter("bias", Parameter.Type.BIAS, Initializer.ZEROS);
    }

    /** Sets the values of a block that is not initialised; the block closes them. */
    final void set(NDArray weightValues, NDArray biasValues) {
        weight.setArray(weightValues);
        bias.setArray(biasValues);
        freezeParameters(frozen);
    }

    final Shape weightShape() {
        return weightShape;
    }

    final Shape biasShape() {
        return biasShape;
    }

    /** Returns the weight's values on a device. */
    final NDArray weight(ParameterStore parameterStore, Device device, boolean training) {
        return value(weight, parameterStore, device, training);
    }

    /** Returns the bias's values on a device. */
    final NDArray bias(ParameterStore parameterStore, Device device, boolean training) {
        return value(bias, parameterStore, device, training);
    }

    @Override
    public final void freezeParameters(boolean freeze) {
        frozen = freeze;
        weight.freeze(freeze);
        bias.freeze(freeze);
    }

    /** Freezes parameters that satisfy a condition; unfreezes none of a frozen block. */
    @Override
    public final void freezeParameters(boolean freeze, Predicate<Parameter> predicate) {
        if (freeze || !frozen) {
            super.freezeParameters(freeze, predicate);
        }
    }

    @Override
    public final void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        restoreFreeze();
        super.initialize(manager, dataType, inputShapes);
    }

    @Override
    public final void loadParameters(NDManager manager, DataInputStream is)
            throws IOException, MalformedModelException {
        List<NDArray> before = new ArrayList<>();
        for (Parameter each : List.of(weight, bias)) {
            if (each.isInitialized()) {
                before.add(each.getArray());
            }
        }
        super.loadParameters(manager, is);
        requireLoaded(weight, weightShape);
        requireLoaded(bias, biasShape);
        // DJL's Parameter replaces its array without closing it.
        before.forEach(NDArray::close);
        freezeParameters(frozen);
    }

    @Override
    protected final void prepare(Shape[] inputShapes) {
        if (!weight.isInitialized()) {
            weight.setShape(weightShape);
        }
        if (!bias.isInitialized()) {
            bias.setShape(biasShape);
        }
    }

    private Parameter parameter(String name, Parameter.Type type, Initializer initializer) {
        Parameter parameter =
                Parameter.builder().setName(name).setType(type).optInitializer(initializer).build();
        parameters.put(name, parameter);
        return parameter;
    }

    private NDArray value(
            Parameter parameter, ParameterStore parameterStore, Device device, boolean training) {
        restoreFreeze();
        return parameterStore.getValue(parameter, device, training);
    }

    private void restoreFreeze() {
        if (frozen && (weight.requiresGradient() || bias.requiresGradient())) {
            freezeParameters(true);
        }
    }

    private static void requireLoaded(Parameter parameter, Shape expected)
            throws MalformedModelException {
        Shape found = parameter.isInitialized() ? parameter.getArray().getShape() : new Shape();
        if (!found.equals(expected)) {
            throw new MalformedModelException(
                    "%s in the saved parameters: expected shape %s, found %s"
                            .formatted(parameter.getName(), expected, found));
        }
    }
}
