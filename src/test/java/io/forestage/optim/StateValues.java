package io.forestage.optim;

import java.util.Arrays;

/** The values of a state table; rows that were never written have the initial value. */
final class StateValues {

    private StateValues() {}

    static float[] of(RowState state, int table) {
        float[] values = state.tables().get(table).toFloatArray();
        RowState.TouchedRows touched = state.touched();
        int[] rows = touched.rows();
        for (int row = 0; row < state.rows(); row++) {
            if (Arrays.binarySearch(rows, row) < 0) {
                Arrays.fill(
                        values, row * state.width(), (row + 1) * state.width(), state.initial());
            }
        }
        return values;
    }
}
