package io.forestage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** How the vectors of a row's tokens become the vectors of the row. */
public enum Pooling {
    /** Not at all: all of them, (T, D). */
    NONE {
        @Override
        NDArray poolTokens(NDArray row) {
            return row;
        }
    },
    /** Their mean, (D). */
    MEAN {
        @Override
        NDArray poolTokens(NDArray row) {
            return row.mean(new int[] {0});
        }
    },
    /** The last token's, (D). */
    LAST {
        @Override
        NDArray poolTokens(NDArray row) {
            return row.get(row.getShape().get(0) - 1);
        }
    };

    private static final double MIN_NORM = 1e-12;

    abstract NDArray poolTokens(NDArray row);

    /**
     * Pools a row. One without tokens has neither mean nor last, and becomes zeros.
     *
     * @param row its vectors (T, D)
     * @return (D), or for {@link #NONE} the row itself; the array belongs to the row's manager
     */
    public NDArray pool(NDArray row) {
        Shape shape = row.getShape();
        if (this != NONE && shape.get(0) == 0) {
            return row.getManager().zeros(shape.slice(1), row.getDataType());
        }
        return poolTokens(row);
    }

    /**
     * Scales vectors to length 1; zeros stay zeros.
     *
     * @param vectors (…, D)
     * @return (…, D), in the same manager
     */
    public static NDArray normalized(NDArray vectors) {
        NDArray lengths = vectors.square().sum(new int[] {-1}, true).sqrt();
        return vectors.div(lengths.maximum(MIN_NORM));
    }
}
