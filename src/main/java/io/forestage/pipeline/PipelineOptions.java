package io.forestage.pipeline;

import ai.djl.ndarray.types.DataType;
import io.forestage.Pooling;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.OnTooLong;
import org.jspecify.annotations.Nullable;

/**
 * How a request is processed.
 *
 * @param rows how texts become rows
 * @param padding the length of the rows of a result, or null for the default of the answer's type
 * @param pooling how a row's vectors are pooled
 * @param normalize whether each vector is scaled to length 1
 * @param type the element type of the result
 */
record PipelineOptions(
        BatchOptions rows,
        @Nullable Padding padding,
        Pooling pooling,
        boolean normalize,
        DataType type) {

    /** A model's defaults: all vectors of a text, unchanged. */
    static PipelineOptions of(BatchOptions rows) {
        return new PipelineOptions(rows, null, Pooling.NONE, false, DataType.FLOAT32);
    }

    boolean cutsWindows() {
        return rows.onTooLong().kind() == OnTooLong.Kind.WINDOWS;
    }

    /** The number of dimensions of a result, for one text or several. */
    int rank(boolean single) {
        int rows = single && !cutsWindows() ? 0 : 1;
        int tokens = pooling == Pooling.NONE ? 1 : 0;
        return rows + tokens + 1;
    }

    Padding paddingOr(Padding byDefault) {
        return padding == null ? byDefault : padding;
    }

    /** The length of the rows of a result. */
    enum Padding {
        /** Each as long as its own text. */
        NONE,
        /** All as long as the longest. */
        LONGEST,
        /** All of {@code maxLength}, for models with a fixed shape. */
        MAX_LENGTH
    }
}
