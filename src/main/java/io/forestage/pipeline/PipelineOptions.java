package io.forestage.pipeline;

import ai.djl.ndarray.types.DataType;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.OnTooLong;
import org.jspecify.annotations.Nullable;

/**
 * What is to be made of a request.
 *
 * @param rows how texts become rows
 * @param padding how long the rows of a result are, or null for what suits the form of the result
 * @param pooling what becomes of a row's vectors
 * @param normalize whether each vector is brought to length 1
 * @param type the type that the vectors are brought to
 */
record PipelineOptions(
        BatchOptions rows,
        @Nullable Padding padding,
        Pooling pooling,
        boolean normalize,
        DataType type) {

    /** A model's own options: all vectors of a text as they are. */
    static PipelineOptions of(BatchOptions rows) {
        return new PipelineOptions(rows, null, Pooling.NONE, false, DataType.FLOAT32);
    }

    boolean cutsWindows() {
        return rows.onTooLong() instanceof OnTooLong.Windows;
    }

    /** The dimensions of a result for one text, or for several. */
    int rank(boolean single) {
        int rows = single && !cutsWindows() ? 0 : 1;
        int tokens = pooling == Pooling.NONE ? 1 : 0;
        return rows + tokens + 1;
    }

    Padding paddingOr(Padding usual) {
        return padding == null ? usual : padding;
    }
}
