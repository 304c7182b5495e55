package io.forestage.training.session;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.weights.ElementType;
import io.forestage.weights.RowSource;
import io.forestage.weights.TensorSource;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the rows of a parameter on any device. Each copy to the host is a native call, so it takes
 * a block of rows. A vector is one row.
 */
public final class ParameterRows {

    /** The values of a block. */
    private static final int BLOCK_VALUES = 1 << 18;

    private final NDArray array;
    private final int rows;
    private final int width;
    private final int rowsAtOnce;
    private float[] copied = new float[0];
    private int first;

    private ParameterRows(NDArray array) {
        this.array = array;
        Shape shape = array.getShape();
        rows = shape.dimension() < 2 ? 1 : Math.toIntExact(shape.get(0));
        width = Math.toIntExact(shape.size() / rows);
        rowsAtOnce = Math.max(1, BLOCK_VALUES / width);
    }

    /** Returns the token table of a stage, (V, D). */
    public static NDArray tableOf(Gpt2InputEmbedding stage) {
        return stage.getTokenEmbedding().getParameters().valueAt(0).getArray();
    }

    /** Returns a parameter's rows under a tensor name; they are copied when they are read. */
    public static RowSource of(String name, NDArray array) {
        ParameterRows source = new ParameterRows(array);
        return new RowSource(name, source.rows, source.width, source::row);
    }

    /** Returns a parameter as a tensor of its own shape, a vector or a matrix. */
    public static TensorSource tensor(String name, NDArray array, ElementType type) {
        TensorSource rows = of(name, array).as(type);
        return array.getShape().dimension() == 1
                ? new TensorSource(name, type, List.of(array.size()), rows.data())
                : rows;
    }

    private float[] row(int index) {
        if (index < first || index >= first + copied.length / width) {
            copy(index);
        }
        int begin = (index - first) * width;
        return Arrays.copyOfRange(copied, begin, begin + width);
    }

    private void copy(int index) {
        int end = Math.min(rows, index + rowsAtOnce);
        try (NDArray part =
                array.getShape().dimension() < 2
                        ? array.duplicate()
                        : array.get(new NDIndex().addSliceDim(index, end))) {
            copied = part.toFloatArray();
        }
        first = index;
    }
}
