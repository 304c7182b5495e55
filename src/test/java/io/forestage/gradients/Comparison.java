package io.forestage.gradients;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Optional;

/** Compares arrays with expected values. */
public final class Comparison {

    private Comparison() {}

    /**
     * Compares an array.
     *
     * @param what the array's name in the result
     * @param found a dense or sparse array
     * @param expected the expected values, flat
     * @return the first difference; empty if there is none
     */
    public static Optional<String> of(String what, NDArray found, double[] expected) {
        double tolerance =
                switch (found.getDataType()) {
                    case FLOAT64 -> 1e-12;
                    case FLOAT32 -> 1e-5;
                    default -> 2e-3;
                };
        NDArray dense = found.isSparse() ? found.toDense() : found;
        return of(what, dense.toType(DataType.FLOAT64, true).toDoubleArray(), expected, tolerance);
    }

    /**
     * Compares values.
     *
     * @param what the values' name in the result
     * @param found the values
     * @param expected the expected values
     * @param tolerance absolute for values up to 1, relative for larger ones
     * @return the first difference; empty if there is none
     */
    public static Optional<String> of(
            String what, double[] found, double[] expected, double tolerance) {
        if (found.length != expected.length) {
            return Optional.of(
                    "%s: expected %d values, found %d"
                            .formatted(what, expected.length, found.length));
        }
        for (int i = 0; i < found.length; i++) {
            // Negated, so that NaN is a difference.
            if (!(Math.abs(found[i] - expected[i])
                    <= tolerance * Math.max(1, Math.abs(expected[i])))) {
                return Optional.of(
                        "%s: expected %s at %d, found %s"
                                .formatted(what, expected[i], i, found[i]));
            }
        }
        return Optional.empty();
    }
}
