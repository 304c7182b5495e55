package io.forestage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.forestage.torch.PoolingOperations;

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
     * Computes the means of rows in one native call, to the bits that {@link #MEAN} gives each
     * alone.
     *
     * @param vectors (N, D), the rows end to end
     * @param lengths the tokens of each row, at least 1, N together; rows of one length that follow
     *     each other are fastest
     * @return (rows, D), in the manager of the vectors
     */
    static NDArray means(NDArray vectors, int... lengths) {
        // The operations take longer to load than a row's mean.
        return switch (lengths.length) {
            case 0 -> vectors;
            case 1 -> MEAN.pool(vectors).expandDims(0);
            default -> PoolingOperations.get().means(vectors, lengths);
        };
    }

    /**
     * Scales vectors to length 1; zeros stay zeros.
     *
     * @param vectors (…, D)
     * @return (…, D), in the same manager
     */
    public static NDArray normalized(NDArray vectors) {
        return scaled(vectors, vectors.square().sum(new int[] {-1}, true).sqrt());
    }

    /**
     * Scales rows to length 1, to the bits that {@link #normalized} gives each row alone.
     *
     * @param rows (rows, D)
     * @return (rows, D), in the same manager
     */
    static NDArray normalizedRows(NDArray rows) {
        return rows.getShape().get(0) < 2
                ? normalized(rows)
                : scaled(rows, PoolingOperations.get().norms(rows));
    }

    private static NDArray scaled(NDArray vectors, NDArray lengths) {
        return vectors.div(lengths.maximum(MIN_NORM));
    }
}
