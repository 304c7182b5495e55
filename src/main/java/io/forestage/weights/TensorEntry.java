package io.forestage.weights;

import java.util.List;
import java.util.Objects;

/**
 * One tensor of a file: what it is, without its values.
 *
 * @param name the tensor's name
 * @param type the type of its elements
 * @param shape its dimensions, none negative; empty for a scalar
 */
public record TensorEntry(String name, ElementType type, List<Long> shape) {

    /**
     * Checks the shape.
     *
     * @param name the tensor's name
     * @param type the type of its elements
     * @param shape its dimensions
     * @throws IllegalArgumentException if a dimension is negative, if there are more than 64, or if
     *     the tensor takes 2^63 bytes or more
     */
    public TensorEntry {
        Objects.requireNonNull(name, "name");
        shape = List.copyOf(shape);
        TensorSize.of(type, shape);
    }

    /**
     * Returns the product of the shape.
     *
     * @return how many elements the tensor has; 1 for a scalar
     */
    public long elementCount() {
        return TensorSize.of(type, shape).elements();
    }

    /**
     * Returns the product of the shape times the type's size.
     *
     * @return how many bytes the elements take
     */
    public long byteSize() {
        return TensorSize.of(type, shape).bytes();
    }
}
