package io.forestage.weights;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a tensor's elements lie.
 *
 * @param bytes the bytes that contain them
 * @param offset the position of the first element in {@code bytes}
 * @param order the byte order of each element
 * @param strides how many elements lie between neighbours along each dimension, none negative; null
 *     for C order without gaps
 */
public record TensorPlace(
        ByteSource bytes, long offset, ByteOrder order, @Nullable List<Long> strides) {

    public TensorPlace {
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(order, "order");
        strides = strides == null ? null : List.copyOf(strides);
    }

    /**
     * Returns the place of little-endian elements in C order without gaps.
     *
     * @param bytes the bytes that contain the elements
     * @param offset the position of the first element
     * @return their place
     */
    public static TensorPlace at(ByteSource bytes, long offset) {
        return new TensorPlace(bytes, offset, ByteOrder.LITTLE_ENDIAN, null);
    }

    /**
     * Returns whether the elements lie in C order without gaps. The strides of dimensions of size 1
     * do not matter.
     *
     * @param shape the shape of the tensor at this place
     * @return true if one read returns all elements
     */
    public boolean isContiguous(List<Long> shape) {
        if (strides == null || shape.contains(0L)) {
            return true;
        }
        long expected = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            if (shape.get(i) != 1 && strides.get(i) != expected) {
                return false;
            }
            expected *= shape.get(i);
        }
        return true;
    }

    /** Returns whether every element of a tensor lies within the bytes. */
    boolean holds(TensorEntry entry) {
        if (offset < 0 || offset > bytes.size()) {
            return false;
        }
        List<Long> shape = entry.shape();
        if (strides == null) {
            return entry.byteSize() <= bytes.size() - offset;
        }
        if (strides.size() != shape.size() || strides.stream().anyMatch(stride -> stride < 0)) {
            return false;
        }
        if (entry.elementCount() == 0) {
            return true;
        }
        try {
            long last = 0;
            for (int i = 0; i < shape.size(); i++) {
                last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
            }
            long end = Math.multiplyExact(Math.addExact(last, 1), entry.type().bytes());
            return end <= bytes.size() - offset;
        } catch (ArithmeticException overflow) {
            return false;
        }
    }
}
