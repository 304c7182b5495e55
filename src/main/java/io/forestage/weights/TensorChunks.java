package io.forestage.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tensor's elements in C order, little-endian, through one small buffer, whatever the
 * tensor's size, strides and byte order.
 */
abstract class TensorChunks {

    /** A multiple of every element's size, so that no element is split. */
    static final int CHUNK = 1 << 18;

    private final ByteBuffer chunk;
    private final long total;
    private long done;

    TensorChunks(TensorEntry entry, int capacity) {
        this.total = entry.byteSize();
        this.chunk =
                ByteBuffer.allocateDirect((int) Math.min(capacity, total))
                        .order(ByteOrder.LITTLE_ENDIAN);
    }

    static TensorChunks of(StoredTensor tensor) throws WeightFileException {
        TensorEntry entry = tensor.entry();
        TensorPlace place = tensor.place();
        if (place.isContiguous(entry.shape())) {
            return new ContiguousChunks(entry, place);
        }
        return ColumnMajorChunks.fits(entry, place)
                ? new ColumnMajorChunks(entry, place)
                : new ScatteredChunks(entry, place);
    }

    /** Returns the largest number of bytes that {@link #next} returns. */
    final int maxBytes() {
        return chunk.capacity();
    }

    /** Returns the next bytes, in a buffer that the next call overwrites; null after the last. */
    final @Nullable ByteBuffer next() throws WeightFileException {
        if (done == total) {
            return null;
        }
        chunk.clear().limit((int) Math.min(chunk.capacity(), total - done));
        fill(done, chunk);
        chunk.clear().limit((int) Math.min(chunk.capacity(), total - done));
        done += chunk.limit();
        return chunk;
    }

    /** Fills the buffer to its limit with the bytes from {@code done} on. */
    abstract void fill(long done, ByteBuffer chunk) throws WeightFileException;

    /** Reads elements that are stored in C order. */
    private static final class ContiguousChunks extends TensorChunks {

        private final TensorEntry entry;
        private final TensorPlace place;

        ContiguousChunks(TensorEntry entry, TensorPlace place) {
            super(entry, CHUNK);
            this.entry = entry;
            this.place = place;
        }

        @Override
        void fill(long done, ByteBuffer chunk) throws WeightFileException {
            place.bytes().read(entry.name(), place.offset() + done, chunk);
            if (place.order() == ByteOrder.BIG_ENDIAN) {
                chunk.flip();
                swap(chunk, entry.type().bytes());
            }
        }

        /** Swaps the bytes of every element. */
        private static void swap(ByteBuffer chunk, int size) {
            int end = chunk.limit();
            switch (size) {
                case Short.BYTES -> {
                    for (int i = 0; i < end; i += size) {
                        chunk.putShort(i, Short.reverseBytes(chunk.getShort(i)));
                    }
                }
                case Integer.BYTES -> {
                    for (int i = 0; i < end; i += size) {
                        chunk.putInt(i, Integer.reverseBytes(chunk.getInt(i)));
                    }
                }
                case Long.BYTES -> {
                    for (int i = 0; i < end; i += size) {
                        chunk.putLong(i, Long.reverseBytes(chunk.getLong(i)));
                    }
                }
                default -> {
                    // A single byte has no order.
                }
            }
        }
    }

    /** Copies single elements between buffers of any byte order. */
    record Elements(int size, ByteOrder order) {

        static Elements of(TensorEntry entry, TensorPlace place) {
            return new Elements(entry.type().bytes(), place.order());
        }

        /** Returns a buffer in the elements' byte order. */
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
}
