package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
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

    /** How long the rows of one result are. */
    enum Padding {
        /** Each as long as its own text. */
        NONE,
        /** All as long as the longest. */
        LONGEST,
        /** All of {@code maxLength}, for models with a fixed shape. */
        MAX_LENGTH
    }

    /** What becomes of a row's vectors (T, D). */
    enum Pooling {
        /** They stay (T, D). */
        NONE {
            @Override
            NDArray poolTokens(NDArray row) {
                return row;
            }
        },
        /** Their mean (D). */
        MEAN {
            @Override
            NDArray poolTokens(NDArray row) {
                return row.mean(new int[] {0});
            }
        },
        /** The last one (D). */
        LAST {
            @Override
            NDArray poolTokens(NDArray row) {
                return row.get(row.getShape().get(0) - 1);
            }
        };

        abstract NDArray poolTokens(NDArray row);

        /**
         * Pools a row; one without tokens, of which there is neither mean nor last, gives zeros.
         */
        NDArray pool(NDArray row) {
            Shape shape = row.getShape();
            if (this != NONE && shape.get(0) == 0) {
                return row.getManager().zeros(shape.slice(1), row.getDataType());
            }
            return poolTokens(row);
        }
    }

    /** The values of the argument {@code onTooLong}. */
    enum TooLong {
        REJECT,
        TRUNCATE,
        WINDOWS;

        static TooLong of(OnTooLong way) {
            if (way instanceof OnTooLong.Windows) {
                return WINDOWS;
            }
            return way instanceof OnTooLong.Truncate ? TRUNCATE : REJECT;
        }

        /** The way itself; length and stride are for windows alone. */
        OnTooLong way(int length, int stride) {
            return switch (this) {
                case REJECT -> OnTooLong.reject();
                case TRUNCATE -> OnTooLong.truncate();
                case WINDOWS -> OnTooLong.windows(length, stride);
            };
        }
    }
}
