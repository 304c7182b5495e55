package io.forestage.weights;

import java.util.List;
import java.util.Objects;

/**
 * A tensor of a file without its values.
 *
 * @param name the tensor's name
 * @param type the type of its elements
 * @param shape its dimensions, none negative; empty for a scalar
 */
public record TensorEntry(String name, ElementType type, List<Long> shape) {

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException if a dimension is negative, if there are more than 64, or if
     *     the tensor takes 2^63 bytes or more
     */
    public TensorEntry {
        Objects.requireNonNull(name, "name");
        shape = List.copyOf(shape);
        Size.of(type, shape);
    }

    /** Returns the number of elements: the product of the shape; 1 for a scalar. */
    public long elementCount() {
        return Size.of(type, shape).elements();
    }

    /** Returns the size of all elements in bytes. */
    public long byteSize() {
        return Size.of(type, shape).bytes();
    }

    /**
     * The size of a shape, checked against overflow.
     *
     * @param elements the number of elements
     * @param bytes the number of bytes
     */
    public record Size(long elements, long bytes) {

        /** PyTorch's limit; it also bounds the memory that a header can take. */
        public static final int MAX_RANK = 64;

        /**
         * Computes the size of a shape.
         *
         * @param type the type of the elements
         * @param shape the dimensions
         * @return the size
         * @throws IllegalArgumentException if a dimension is negative, if there are more than 64,
         *     or if the product is 2^63 bytes or more
         */
        public static Size of(ElementType type, List<Long> shape) {
            if (shape.size() > MAX_RANK) {
                throw new IllegalArgumentException(
                        "expected at most %d dimensions, found %d"
                                .formatted(MAX_RANK, shape.size()));
            }
            for (long dimension : shape) {
                if (dimension < 0) {
                    throw new IllegalArgumentException(
                            "expected dimensions of 0 or more, found shape %s".formatted(shape));
                }
            }
            // Checked before multiplying: [2^62, 2^62, 0] is an empty tensor, not an overflow.
            if (shape.contains(0L)) {
                return new Size(0, 0);
            }
            try {
                long elements = 1;
                for (long dimension : shape) {
                    elements = Math.multiplyExact(elements, dimension);
                }
                return new Size(elements, Math.multiplyExact(elements, type.bytes()));
            } catch (ArithmeticException overflow) {
                throw new IllegalArgumentException(
                        "expected fewer than 2^63 bytes, found shape %s of %s"
                                .formatted(shape, type),
                        overflow);
            }
        }
    }
}
