package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.forestage.pipeline.PipelineOptions.Padding;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Answers with Java arrays. Rows are as long as their texts unless padding is requested, since
 * there is no mask.
 *
 * @param type {@code float[]}, {@code float[][]} or {@code float[][][]}
 * @param rank its number of dimensions
 */
record FloatsWriter<O>(Class<O> type, int rank) implements Exchange.Writer<O> {

    @Override
    public Padding defaultPadding(Object request) {
        return Padding.NONE;
    }

    @Override
    public O answer(Object request, Vectors vectors, NDManager owner) {
        TokenRows rows = vectors.rows();
        requireRank(rows.options(), rows.single());
        List<NDArray> each = vectors.each();
        return type.cast(
                switch (rank) {
                    case 1 -> vector(each.get(0));
                    case 2 ->
                            rows.isPooled()
                                    ? each.stream()
                                            .map(FloatsWriter::vector)
                                            .toArray(float[][]::new)
                                    : matrix(each.get(0));
                    default -> each.stream().map(FloatsWriter::matrix).toArray(float[][][]::new);
                });
    }

    /** Refuses options whose results have another number of dimensions. */
    void requireRank(PipelineOptions options, boolean single) {
        int found = options.rank(single);
        if (found != rank) {
            throw new IllegalArgumentException(
                    "%s for %s: expected results of %d dimensions, found %d with pooling=%s and onTooLong=%s; use %s, or change these arguments"
                            .formatted(
                                    type.getSimpleName(),
                                    single ? "one text" : "several texts",
                                    rank,
                                    found,
                                    options.pooling().name().toLowerCase(Locale.ROOT),
                                    options.rows()
                                            .onTooLong()
                                            .kind()
                                            .name()
                                            .toLowerCase(Locale.ROOT),
                                    "float" + "[]".repeat(found)));
        }
    }

    /** A row's vectors. */
    static float[][] matrix(NDArray array) {
        int rows = Math.toIntExact(array.getShape().get(0));
        int width = Math.toIntExact(array.getShape().get(1));
        float[] all = vector(array);
        float[][] matrix = new float[rows][];
        for (int row = 0; row < rows; row++) {
            matrix[row] = Arrays.copyOfRange(all, row * width, (row + 1) * width);
        }
        return matrix;
    }

    /** All values of an array; DJL cannot read an empty one. */
    static float[] vector(NDArray array) {
        return array.size() == 0
                ? new float[0]
                : array.toType(DataType.FLOAT32, false).toFloatArray();
    }
}
