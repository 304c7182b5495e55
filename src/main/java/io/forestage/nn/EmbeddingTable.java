package io.forestage.nn;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A block whose one parameter {@code weight} is a table of vectors, looked up by row: what token
 * and learned positional embeddings share.
 */
abstract class EmbeddingTable extends AbstractBlock {

    private static final byte VERSION = 1;
    private static final Set<DataType> TYPES =
            Set.of(DataType.FLOAT32, DataType.FLOAT64, DataType.FLOAT16);

    private final String name;
    private final Shape shape;
    private final Parameter weight;

    /**
     * Makes the table.
     *
     * @param name what messages call the table, such as "wte.weight"
     * @param shape (rows, D)
     * @param initializer how a new table starts
     * @param pretrained the table's values, or null for a new one; the block becomes their owner
     */
    @SuppressWarnings("this-escape") // DJL's addParameter is final and only fills a map
    EmbeddingTable(
            String name, Shape shape, Initializer initializer, @Nullable NDArray pretrained) {
        super(VERSION);
        this.name = name;
        this.shape = shape;
        weight =
                addParameter(
                        Parameter.builder()
                                .setName("weight")
                                .setType(Parameter.Type.WEIGHT)
                                .optInitializer(initializer)
                                .build());
        if (pretrained != null) {
            requireType(pretrained.getDataType());
            weight.setArray(pretrained);
        }
    }

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

    /** The table's values on a device. */
    final NDArray weight(ParameterStore parameterStore, Device device, boolean training) {
        return parameterStore.getValue(weight, device, training);
    }

    /** (…) indices, checked on the host, to (…, D) vectors in the manager of the indices. */
    final NDArray lookup(ParameterStore parameterStore, NDArray indices, boolean training) {
        NDArray table = weight(parameterStore, indices.getDevice(), training);
        return indices.getNDArrayInternal()
                .embedding(indices, table, SparseFormat.DENSE)
                .singletonOrThrow();
    }

    /** Ends a message about an index that the table has no row for. */
    final String rowsInWords() {
        return "the rows of " + describe();
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        requireType(dataType);
        super.initialize(manager, dataType, inputShapes);
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        if (!weight.isInitialized()) {
            weight.setShape(shape);
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(width())};
    }

    @Override
    public void loadParameters(NDManager manager, DataInputStream is)
            throws IOException, MalformedModelException {
        // DJL's Parameter replaces its array without closing the one it had.
        weight.close();
        super.loadParameters(manager, is);
        if (weight.isInitialized() && !weight.getArray().getShape().equals(shape)) {
            Shape found = weight.getArray().getShape();
            weight.close();
            throw new MalformedModelException(
                    name + " in the saved parameters: expected " + shape + ", found " + found);
        }
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
        String name = weight.getName();
        return name == null || name.isEmpty() ? "weight" : name;
    }

    private void requireType(DataType type) {
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException(
                    name
                            + ": expected float32, float64 or float16, found "
                            + type
                            + (type == DataType.BFLOAT16
                                    ? ", which DJL's PyTorch engine cannot hold; use float32"
                                    : ""));
        }
    }
}
