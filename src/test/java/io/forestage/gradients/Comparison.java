package io.forestage.gradients;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Optional;

/** An array beside the values that it should have. */
public final class Comparison {

    private Comparison() {}

    /**
     * Compares.
     *
     * @param what names the array in the answer
     * @param found dense or sparse
     * @param expected its values, flat
     * @return the first value that is wrong; empty if none is
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
     * Compares.
     *
     * @param what names the values in the answer
     * @param found the values
     * @param expected what they should be
     * @param tolerance allowed, for values of size 1 and below, and for greater ones in proportion
     * @return the first value that is wrong; empty if none is
     */
    public static Optional<String> of(
            String what, double[] found, double[] expected, double tolerance) {
        if (found.length != expected.length) {
            return Optional.of(
                    "%s: expected %d values, found %d"
                            .formatted(what, expected.length, found.length));
        }
        for (int i = 0; i < found.length; i++) {
            // A value that is no number is wrong too.
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
