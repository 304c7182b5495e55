package io.forestage.optim;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The rows of a state that hold values; the others' memory was never written. */
final class TouchedRows {

    private final int rows;
    private final boolean[] touched;
    private boolean isAll;

    TouchedRows(int rows, boolean isAll) {
        this.rows = rows;
        this.isAll = isAll;
        touched = new boolean[isAll ? 0 : rows];
    }

    /** Marks a row; true if it was not. Threads may mark different rows at once. */
    boolean add(int row) {
        if (isAll || touched[row]) {
            return false;
        }
        touched[row] = true;
        return true;
    }

    void addAll() {
        isAll = true;
    }

    boolean isNone() {
        return !isAll && IntStream.range(0, rows).noneMatch(row -> touched[row]);
    }

    /** The marked rows, ascending. */
    int[] rows() {
        return IntStream.range(0, rows).filter(row -> isAll || touched[row]).toArray();
    }

    /** Writes a value into all rows that are not marked. */
    void fillOthers(HostTable table, int width, float value) {
        if (isAll) {
            return;
        }
        float[] values = new float[width];
        Arrays.fill(values, value);
        for (int row = 0; row < rows; row++) {
            if (!touched[row]) {
                table.write((long) row * width, values, width);
            }
        }
    }
}
