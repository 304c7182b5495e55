package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

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

    /** Pools a row; one without tokens, of which there is neither mean nor last, gives zeros. */
    NDArray pool(NDArray row) {
        Shape shape = row.getShape();
        if (this != NONE && shape.get(0) == 0) {
            return row.getManager().zeros(shape.slice(1), row.getDataType());
        }
        return poolTokens(row);
    }
}
