package io.forestage.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;

/**
 * Two tables of float32 on the CPU, one behind the other in memory, and a third array over both: a
 * sum of a row of each can then be computed in one native call, {@link
 * EmbeddingOperations#rowSums}. A change of one array is a change of the others.
 *
 * @param both (rows of the first + rows of the second, D)
 * @param first the table whose rows come first
 * @param second the other
 */
public record JoinedTables(NDArray both, NDArray first, NDArray second) {

    /**
     * Maps tables from a file as {@link FileMapping#mapFloats} does.
     *
     * @param manager the owner of the arrays
     * @param file the file
     * @param offset where the first table begins, in bytes
     * @param firstRows the first table's rows
     * @param secondRows the second table's rows
     * @param width D
     */
    public static JoinedTables map(
            NDManager manager,
            Path file,
            long offset,
            long firstRows,
            long secondRows,
            long width) {
        Shape shape = new Shape(Math.addExact(firstRows, secondRows), width);
        return of(FileMapping.mapFloats(manager, file, offset, shape), firstRows);
    }

    /**
     * Makes tables of any values.
     *
     * @param manager the owner of the arrays
     * @param firstRows the first table's rows
     * @param secondRows the second table's rows
     * @param width D
     */
    public static JoinedTables create(
            NDManager manager, long firstRows, long secondRows, long width) {
        Shape shape = new Shape(Math.addExact(firstRows, secondRows), width);
        return of(manager.create(shape, DataType.FLOAT32), firstRows);
    }

    private static JoinedTables of(NDArray both, long firstRows) {
        NDList parts = FileMapping.split(both, firstRows);
        return new JoinedTables(both, parts.get(0), parts.get(1));
    }

    /** Closes the three arrays. */
    public void close() {
        both.close();
        first.close();
        second.close();
    }
}
