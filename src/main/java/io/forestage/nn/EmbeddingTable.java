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
 * A block whose one parameter {@code weight} is a table of vectors, looked up by row: what token
 * embeddings, bags and learned positions share.
 *
 * <p>A freeze holds until {@link #unfreeze()}. DJL's {@code newTrainer} after a load unfreezes
 * every parameter of a model, past the blocks; this block freezes its table again before a trainer
 * or a forward pass can use it.
 */
abstract sealed class EmbeddingTable extends AbstractBlock
        permits TokenEmbedding, EmbeddingBag, LearnedPositionalEmbedding {

    private static final byte VERSION = 2;
    private static final byte VERSION_WITHOUT_FREEZE = 1;
    private static final Set<DataType> TYPES =
            Set.of(DataType.FLOAT32, DataType.FLOAT64, DataType.FLOAT16);

    /** Without int16, which ends the process when DJL makes an array of it. */
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

    /** Freezes the table: whatever trainer is made, it changes nothing until {@link #unfreeze}. */
    public final void freeze() {
        freezeParameters(true);
    }

    /**
     * Lets training change the table again.
     *
     * @throws IllegalStateException if it is a table of integers, which has no gradient
     */
    public final void unfreeze() {
        freezeParameters(false);
    }

    /**
     * Returns whether the table is frozen.
     *
     * @return true if no training changes it
     */
    public final boolean isFrozen() {
        return frozen;
    }

    @Override
    public final void freezeParameters(boolean freeze) {
        if (!freeze && weight.isInitialized() && INTEGERS.contains(weight().getDataType())) {
            throw new IllegalStateException(
                    name
                            + ": expected a table of float32, float64 or float16 to train, found "
                            + weight().getDataType()
                            + "; convert it with toType before the block is built");
        }
        frozen = freeze;
        weight.freeze(freeze);
    }

    /**
     * Freezes the table if it satisfies a condition. With {@code freeze} false this does nothing to
     * a frozen table, as DJL's {@code newTrainer} calls it so; {@link #unfreeze()} does.
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
        holdFreeze();
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
                    name + " in the saved parameters: expected " + shape + ", found " + found);
        }
        if (before != null && before != loaded) {
            before.close(); // DJL's Parameter forgets the array it had
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
        super.loadMetadata(loadVersion, is); // refuses other versions, reads the input shapes
        frozen = is.readBoolean();
    }

    /** What a new table needs beyond its initializer. */
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

    /** Refuses the first index that the table has no row for. */
    final void requireRows(IndexArray indexes) {
        indexes.requireBelow(rows(), "the rows of " + describe());
    }

    /** The table's values on a device. */
    final NDArray weight(ParameterStore parameterStore, Device device, boolean training) {
        holdFreeze();
        try {
            return parameterStore.getValue(weight, device, training);
        } catch (NullPointerException e) {
            // DJL's store looks its devices up and does not say which one it lacks. A predictor's
            // knows its model's own, wherever an argument has put the table.
            if (!training && device.equals(weight().getDevice())) {
                return weight();
            }
            throw new IllegalArgumentException(
                    name
                            + ": expected inputs on a device of the parameter store, whose manager"
                            + " is on "
                            + parameterStore.getManager().getDevice()
                            + ", found them on "
                            + device
                            + "; move them with toDevice, or make the store for their device",
                    e);
        }
    }

    /** The table's values where they were initialised. */
    final NDArray weight() {
        return weight.getArray();
    }

    /** Puts other values in the table's place; the freeze stays. */
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
                    nameOf(weight)
                            + ": expected a table of two dimensions, found shape "
                            + weight.getShape());
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

    private void holdFreeze() {
        if (frozen && weight.requiresGradient()) {
            weight.freeze(true);
        }
    }

    private void requireType(DataType type) {
        if (TYPES.contains(type) || (takesIntegers && INTEGERS.contains(type))) {
            return;
        }
        throw new IllegalArgumentException(
                name + ": expected float32, float64 or float16, found " + type + advice(type));
    }

    private static String advice(DataType type) {
        if (type == DataType.BFLOAT16) {
            return ", which DJL's PyTorch engine cannot hold; use float32";
        }
        return INTEGERS.contains(type)
                ? "; only a given table of a TokenEmbedding that is frozen and has no maxNorm may"
                        + " hold integers"
                : "";
    }

    /**
     * What an {@link EmbeddingTable} is made of.
     *
     * @param name what messages call the table
     * @param rows the number of vectors
     * @param width D
     * @param initializer how a new table starts
     * @param weight the values of a given table, or null for a new one
     * @param freeze whether training leaves the table alone
     * @param integers whether a given table may hold integers, which no training can change
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
