package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** How {@link TokenEmbedding#resize} initialises the rows that it adds. */
public sealed interface NewRows {

    /** Returns the initialisation with zeros. */
    static NewRows zeros() {
        return new Zeros();
    }

    /**
     * Returns the initialisation with random numbers from N(0, standardDeviation²).
     *
     * @param standardDeviation at least 0; GPT-2's is 0.02
     * @throws IllegalArgumentException if it is negative, infinite or NaN
     */
    static NewRows normal(double standardDeviation) {
        return new Normal(standardDeviation);
    }

    /**
     * Returns the initialisation with the mean of the old rows, so that a model treats a new token
     * as an average one at first.
     */
    static NewRows meanOfOldRows() {
        return new MeanOfOldRows();
    }

    /**
     * Makes the new rows of a table.
     *
     * @param old (V, D)
     * @param count the number of new rows
     * @param manager the owner of the result
     * @return (count, D) of the table's type
     */
    NDArray create(NDArray old, long count, NDManager manager);

    /** Makes rows of zeros. */
    record Zeros() implements NewRows {

        @Override
        public NDArray create(NDArray old, long count, NDManager manager) {
            return manager.zeros(new Shape(count, old.getShape().get(1)), old.getDataType());
        }
    }

    /**
     * Makes random rows.
     *
     * @param standardDeviation the standard deviation of each value
     */
    record Normal(double standardDeviation) implements NewRows {

        public Normal {
            if (!(standardDeviation >= 0) || Double.isInfinite(standardDeviation)) {
                throw new IllegalArgumentException(
                        "standardDeviation: expected a finite number, at least 0, found %s"
                                .formatted(standardDeviation));
            }
        }

        @Override
        public NDArray create(NDArray old, long count, NDManager manager) {
            return manager.randomNormal(
                    0f,
                    (float) standardDeviation,
                    new Shape(count, old.getShape().get(1)),
                    old.getDataType());
        }
    }

    /** Makes rows that are the mean of the table's. */
    record MeanOfOldRows() implements NewRows {

        @Override
        public NDArray create(NDArray old, long count, NDManager manager) {
            NDArray mean = old.toType(DataType.FLOAT64, false).mean(new int[] {0}, true);
            NDArray rows =
                    mean.toType(old.getDataType(), false)
                            .broadcast(new Shape(count, old.getShape().get(1)));
            rows.attach(manager);
            return rows;
        }
    }
}
