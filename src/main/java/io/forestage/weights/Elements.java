package io.forestage.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Moves single elements between buffers, in whatever byte order they lie. */
record Elements(int size, ByteOrder order) {

    static Elements of(TensorEntry entry, TensorPlace place) {
        return new Elements(entry.type().bytes(), place.order());
    }

    /** A buffer to move elements out of. */
    ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(order);
    }

    /** Copies one element; each buffer has its own order. */
    void copy(ByteBuffer from, int fromIndex, ByteBuffer to, int toIndex) {
        switch (size) {
            case Short.BYTES -> to.putShort(toIndex, from.getShort(fromIndex));
            case Integer.BYTES -> to.putInt(toIndex, from.getInt(fromIndex));
            case Long.BYTES -> to.putLong(toIndex, from.getLong(fromIndex));
            default -> to.put(toIndex, from.get(fromIndex));
        }
    }
}
