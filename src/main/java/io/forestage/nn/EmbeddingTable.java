package io.forestage.nn;

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
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A block with one parameter, {@code weight}: a table of vectors that is looked up by row. The base
 * class of token embeddings, bags and learned positions.
 *
 * <p>A table stays frozen until {@link #unfreeze()}. DJL's {@link ai.djl.Model#newTrainer}
 * unfreezes every parameter of a loaded model without calling the blocks. So this block freezes its
 * table again before a trainer or a forward pass can use it.
 */
abstract sealed class EmbeddingTable extends AbstractBlock
        permits TokenEmbedding, EmbeddingBag, LearnedPositionalEmbedding {

    private static final byte VERSION = 2;
    private static final byte VERSION_WITHOUT_FREEZE = 1;
    private static final Set<DataType> TYPES =
            Set.of(DataType.FLOAT32, DataType.FLOAT64, DataType.FLOAT16);

    /** Not int16: the process ends when DJL makes such an array. */
    private static final Set<DataType> INTEGERS =
            Set.of(DataType.UINT8, DataType.INT8, DataType.INT32, DataType.INT64);

    private final String name;
    private final Initializer initializer;
    private final boolean takesIntegers;
    private Shape shape;
    private Parameter weight;
    private boolean frozen;

    EmbeddingTable(Spec spec) {
        super(VERSION);
        name = spec.name();
        initializer = spec.initializer();
        takesIntegers = spec.integers();
        shape = new Shape(spec.rows(), spec.width());
        frozen = spec.freeze();
        weight = newParameter();
        parameters.put(weight.getName(), weight);
        NDArray given = spec.weight();
        if (given != null) {
            requireType(given.getDataType());
            weight.setArray(given);
            weight.freeze(frozen);
        }
    }

    /** Freezes the table: no trainer changes it until {@link #unfreeze}. */
    public final void freeze() {
        freezeParameters(true);
    }

    /**
     * Lets training change the table again.
     *
     * @throws IllegalStateException if the table holds integers, which have no gradient
     */
    public final void unfreeze() {
        freezeParameters(false);
    }

    /** Returns whether the table is frozen. */
    public final boolean isFrozen() {
        return frozen;
    }

    @Override
    public final void freezeParameters(boolean freeze) {
        if (!freeze && weight.isInitialized() && INTEGERS.contains(weight().getDataType())) {
            throw new IllegalStateException(
                    "%s: expected a table of float32, float64 or float16 to train, found %s; convert it with toType before the block is built"
                            .formatted(name, weight().getDataType()));
        }
        frozen = freeze;
        weight.freeze(freeze);
    }

    /**
     * Freezes the table if it satisfies a condition. With {@code freeze} false this leaves a frozen
     * table frozen, because DJL's {@link ai.djl.Model#newTrainer} makes that call; use {@link
     * #unfreeze()} instead.
     */
    @Override
    public final void freezeParameters(boolean freeze, Predicate<Parameter> predicate) {
        if ((freeze || !frozen) && predicate.test(weight)) {
            freezeParameters(freeze);
        }
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        requireType(dataType);
        restoreFreeze();
        boolean isNew = !weight.isInitialized();
        super.initialize(manager, dataType, inputShapes);
        if (isNew) {
            afterInitialization(weight.getArray());
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(width())};
    }

    @Override
    public void loadParameters(NDManager manager, DataInputStream is)
            throws IOException, MalformedModelException {
        NDArray before = weight.isInitialized() ? weight.getArray() : null;
        super.loadParameters(manager, is); // leaves the table alone if the stream ends early
        NDArray loaded = weight.isInitialized() ? weight.getArray() : null;
        Shape found = loaded == null ? shape : loaded.getShape();
        if (!found.equals(shape)) {
            if (before != null) {
                replace(before);
            } else {
                weight.close();
            }
            throw new MalformedModelException(
                    "%s in the saved parameters: expected shape %s, found %s"
                            .formatted(name, shape, found));
        }
        if (before != null && before != loaded) {
            before.close(); // DJL's Parameter replaces its array without closing it
        }
        weight.freeze(frozen);
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        if (!weight.isInitialized()) {
            weight.setShape(shape);
        }
    }

    @Override
    protected void saveMetadata(DataOutputStream os) throws IOException {
        saveInputShapes(os);
        os.writeBoolean(frozen);
    }

    @Override
    protected void loadMetadata(byte loadVersion, DataInputStream is)
            throws IOException, MalformedModelException {
        if (loadVersion == VERSION_WITHOUT_FREEZE) {
            readInputShapes(is);
            return;
        }
        super.loadMetadata(loadVersion, is); // rejects other versions, reads the input shapes
        frozen = is.readBoolean();
    }

    /** Changes a new table after its initializer has run. */
    void afterInitialization(NDArray table) {}

    /** The number of rows. */
    final long rows() {
        return shape.get(0);
    }

    /** D, the width of a row. */
    final long width() {
        return shape.get(1);
    }

    final String describe() {
        return name + " " + shape;
    }

    /** Throws for the first index without a row. */
    final void requireRows(IndexArray indexes) {
        indexes.requireBelow(rows(), reason());
    }

    /**
     * Throws for the first index in an array without a row; {@code name} is its name in messages.
     */
    final void requireRows(String name, NDArray indexes) {
        IndexArray.requireBelow(name, indexes, rows(), reason());
    }

    private String reason() {
        return "the rows of " + describe();
    }

    /** Returns the table's values on a device. */
    final NDArray weight(ParameterStore parameterStore, Device device, boolean training) {
        restoreFreeze();
        try {
            return parameterStore.getValue(weight, device, training);
        } catch (NullPointerException e) {
            // DJL's store throws this for a device that it does not know. A predictor's store knows
            // the model's device only, and an argument may have moved the table to another.
            if (!training && device.equals(weight().getDevice())) {
                return weight();
            }
            throw new IllegalArgumentException(
                    "%s: expected inputs on a device of the parameter store, whose manager is on %s, found inputs on %s; move them with toDevice, or make the store for their device"
                            .formatted(name, parameterStore.getManager().getDevice(), device),
                    e);
        }
    }

    /**
     * Returns whether an inference on a device does no more than read rows of an array: it is the
     * table, and autograd records nothing.
     */
    boolean onlyReads(NDArray array, ParameterStore parameterStore, Device device) {
        return array == weight.getArray()
                && array == weight(parameterStore, device, false)
                && !array.hasGradient();
    }

    /** Returns the table's values on the device where they were initialised. */
    final NDArray weight() {
        return weight.getArray();
    }

    /** Returns the id by which trainers and optimisers know the table. */
    final String parameterId() {
        return weight.getId();
    }

    /** Replaces the table; a frozen one stays frozen. */
    final void replace(NDArray values) {
        Parameter old = weight;
        weight = newParameter();
        weight.setArray(values);
        weight.freeze(frozen);
        shape = values.getShape();
        parameters.put(weight.getName(), weight);
        old.close();
    }

    static void requireTable(NDArray weight) {
        if (weight.getShape().dimension() != 2) {
            throw new IllegalArgumentException(
                    "%s: expected a table of two dimensions, found shape %s"
                            .formatted(nameOf(weight), weight.getShape()));
        }
    }

    static String nameOf(NDArray weight) {
        return nameOf(weight, "weight");
    }

    static String nameOf(NDArray array, String otherwise) {
        String name = array.getName();
        return name == null || name.isEmpty() ? otherwise : name;
    }

    private Parameter newParameter() {
        return Parameter.builder()
                .setName("weight")
                .setType(Parameter.Type.WEIGHT)
                .optInitializer(initializer)
                .build();
    }

    private void restoreFreeze() {
        if (frozen && weight.requiresGradient()) {
            weight.freeze(true);
        }
    }

    private void requireType(DataType type) {
        if (TYPES.contains(type) || (takesIntegers && INTEGERS.contains(type))) {
            return;
        }
        throw new IllegalArgumentException(
                "%s: expected float32, float64 or float16, found %s%s"
                        .formatted(name, type, advice(type)));
    }

    private static String advice(DataType type) {
        if (type == DataType.BFLOAT16) {
            return ", which DJL's PyTorch engine cannot hold; use float32";
        }
        return INTEGERS.contains(type)
                ? "; only a TokenEmbedding with a given weight, frozen and without maxNorm, may"
                        + " hold integers"
                : "";
    }

    /**
     * The settings of an {@link EmbeddingTable}.
     *
     * @param name the table's name in messages
     * @param rows the number of vectors
     * @param width D
     * @param initializer fills a new table
     * @param weight the values of a given table, or null for a new one
     * @param freeze whether the table starts frozen
     * @param integers whether a given table may hold integers, which cannot be trained
     */
    record Spec(
            String name,
            long rows,
            long width,
            Initializer initializer,
            @Nullable NDArray weight,
            boolean freeze,
            boolean integers) {}
}
