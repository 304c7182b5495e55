package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** How the rows start that a resize adds to a table. */
public sealed interface NewRows {

    /**
     * Starts them at zero.
     *
     * @return the way
     */
    static NewRows zeros() {
        return new Zeros();
    }

    /**
     * Draws them from N(0, standardDeviation²).
     *
     * @param standardDeviation at least 0; GPT-2's is 0.02
     * @return the way
     * @throws IllegalArgumentException if it is negative or no number
     */
    static NewRows normal(double standardDeviation) {
        return new Normal(standardDeviation);
    }

    /**
     * Starts each at the mean of the old rows, so that the model's first guess about a new token is
     * its average one.
     *
     * @return the way
     */
    static NewRows meanOfOldRows() {
        return new MeanOfOldRows();
    }

    /**
     * Makes rows for a table.
     *
     * @param old (V, D)
     * @param count the number of new rows
     * @param manager the owner of the result
     * @return (count, D) of the table's type
     */
    NDArray create(NDArray old, long count, NDManager manager);

    /** Rows of zeros. */
    record Zeros() implements NewRows {

        @Override
        public NDArray create(NDArray old, long count, NDManager manager) {
            return manager.zeros(new Shape(count, old.getShape().get(1)), old.getDataType());
        }
    }

    /**
     * Random rows.
     *
     * @param standardDeviation of each value
     */
    record Normal(double standardDeviation) implements NewRows {

        /**
         * Checks the number.
         *
         * @param standardDeviation of each value
         */
        public Normal {
            if (!(standardDeviation >= 0) || Double.isInfinite(standardDeviation)) {
                throw new IllegalArgumentException(
                        "standardDeviation: expected a number of at least 0, found "
                                + standardDeviation);
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

    /** Rows that are the average of the table. */
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
