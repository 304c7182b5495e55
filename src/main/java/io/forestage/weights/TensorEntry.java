package io.forestage.weights;

import java.util.List;
import java.util.Objects;

/**
 * One tensor of a file: what it is and where its bytes lie.
 *
 * @param name the tensor's name
 * @param type the type of its elements
 * @param shape its dimensions, none negative; empty for a scalar
 * @param offset position of its first byte, counted from the start of the file
 * @param byteSize how many bytes it takes, which is the product of the shape times the type's size
 */
public record TensorEntry(
        String name, ElementType type, List<Long> shape, long offset, long byteSize) {

    /**
     * Checks that the parts agree.
     *
     * @param name the tensor's name
     * @param type the type of its elements
     * @param shape its dimensions
     * @param offset position of its first byte
     * @param byteSize how many bytes it takes
     * @throws IllegalArgumentException if a dimension or the offset is negative, or if the shape
     *     does not take {@code byteSize} bytes
     */
    public TensorEntry {
        Objects.requireNonNull(name, "name");
        shape = List.copyOf(shape);
        long expected = TensorSize.of(type, shape).bytes();
        if (byteSize != expected) {
            throw new IllegalArgumentException(
                    "%s: expected %d bytes for %s %s, found %d"
                            .formatted(Wording.quoted(name), expected, type, shape, byteSize));
        }
        if (offset < 0 || offset > Long.MAX_VALUE - byteSize) {
            throw new IllegalArgumentException(
                    "%s: expected an offset that leaves room for %d bytes, found %d"
                            .formatted(Wording.quoted(name), byteSize, offset));
        }
    }

    /**
     * Returns the product of the shape.
     *
     * @return how many elements the tensor has; 1 for a scalar
     */
    public long elementCount() {
        return byteSize / type.bytes();
    }
}
