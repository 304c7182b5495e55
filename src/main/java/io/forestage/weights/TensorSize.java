package io.forestage.weights;

import java.util.List;

/** How much room a shape takes; the one place where a product of dimensions is formed. */
record TensorSize(long elements, long bytes) {

    /** PyTorch's own limit; it also bounds what a header can make us keep. */
    static final int MAX_RANK = 64;

    static TensorSize of(ElementType type, List<Long> shape) {
        if (shape.size() > MAX_RANK) {
            throw new IllegalArgumentException(
                    "expected at most " + MAX_RANK + " dimensions, found " + shape.size());
        }
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException(
                        "expected dimensions of 0 or more, found shape " + shape);
            }
        }
        // Asked before multiplying: [2^62, 2^62, 0] is an empty tensor, not an overflow.
        if (shape.contains(0L)) {
            return new TensorSize(0, 0);
        }
        try {
            long elements = 1;
            for (long dimension : shape) {
                elements = Math.multiplyExact(elements, dimension);
            }
            return new TensorSize(elements, Math.multiplyExact(elements, type.bytes()));
        } catch (ArithmeticException overflow) {
            throw new IllegalArgumentException(
                    "expected fewer than 2^63 bytes, found shape " + shape + " of " + type,
                    overflow);
        }
    }
}
