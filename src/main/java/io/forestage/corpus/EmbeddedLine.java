package io.forestage.corpus;

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

    boolean isSkipped() {
        return problem != null;
    }
}
