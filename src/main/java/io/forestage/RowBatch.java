package io.forestage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Rows that are embedded and pooled together, shortest first: rows of one length are pooled at
 * once. A row without tokens has no vectors, and becomes zeros.
 */
final class RowBatch {

    private final List<long[]> rows;

    /** For each row, its place among the sorted ones. */
    private final int[] places;

    /** The sorted rows without the empty ones. */
    private final List<long[]> filled;

    RowBatch(List<long[]> rows) {
        this.rows = rows;
        long[] lengthsAndRows = new long[rows.size()];
        for (int i = 0; i < lengthsAndRows.length; i++) {
            lengthsAndRows[i] = ((long) rows.get(i).length << Integer.SIZE) | i;
        }
        Arrays.sort(lengthsAndRows);
        places = new int[rows.size()];
        for (int place = 0; place < places.length; place++) {
            places[(int) lengthsAndRows[place]] = place;
        }
        filled =
                Arrays.stream(lengthsAndRows)
                        .mapToObj(lengthAndRow -> rows.get((int) lengthAndRow))
                        .filter(row -> row.length > 0)
                        .toList();
    }

    /**
     * Embeds and pools the rows.
     *
     * @return for {@link #vector}: a vector for each row that is not empty, in another order
     */
    NDArray pool(NDManager owner, TextPooling.Block block, Pooling pooling) {
        // A token's vector depends on nothing but its id and position: the last needs no others.
        boolean lastOnly = pooling == Pooling.LAST;
        int[] lengths = filled.stream().mapToInt(row -> row.length).toArray();
        int size = lastOnly ? lengths.length : Arrays.stream(lengths).sum();
        long[] ids = new long[size];
        long[] positions = new long[size];
        int token = 0;
        for (long[] row : filled) {
            for (int i = lastOnly ? row.length - 1 : 0; i < row.length; i++) {
                ids[token] = row[i];
                positions[token++] = i;
            }
        }
        NDArray vectors = block.vectors(owner, ids, positions, new Shape(size));
        return lastOnly ? vectors : Pooling.means(vectors, lengths);
    }

    /**
     * Returns a row's vector.
     *
     * @param row its index, in the order in which they were given
     * @param pooled the values of what {@link #pool} returned
     * @param width D
     */
    float[] vector(int row, float[] pooled, int width) {
        if (rows.get(row).length == 0) {
            return new float[width];
        }
        int begin = (places[row] - (rows.size() - filled.size())) * width;
        return Arrays.copyOfRange(pooled, begin, begin + width);
    }
}
