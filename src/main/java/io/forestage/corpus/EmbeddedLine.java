package io.forestage.corpus;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A line and its vectors.
 *
 * @param place {@code FILE, line N}
 * @param ids the ids that were embedded; none for a line that was skipped
 * @param vectors (D), or (T, D) row by row with a vector for each token; none for a line that was
 *     skipped
 * @param problem why it was skipped, or null
 */
// Written once, compared never.
@SuppressWarnings("ArrayRecordComponent")
record EmbeddedLine(String place, long[] ids, float[] vectors, @Nullable String problem) {

    static EmbeddedLine skipped(Line line, String problem) {
        return new EmbeddedLine(line.place(), new long[0], new float[0], problem);
    }

    /** Returns the row of a line that was skipped, where a row has to be: D times NaN. */
    static float[] notANumber(int width) {
        float[] row = new float[width];
        Arrays.fill(row, Float.NaN);
        return row;
    }

    boolean isSkipped() {
        return problem != null;
    }
}
