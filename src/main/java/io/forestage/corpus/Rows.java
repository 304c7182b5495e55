package io.forestage.corpus;

import java.util.Arrays;

/** Rows of vectors. */
final class Rows {

    private Rows() {}

    /** The row of a line that was skipped. */
    static float[] notANumber(int width) {
        float[] row = new float[width];
        Arrays.fill(row, Float.NaN);
        return row;
    }
}
