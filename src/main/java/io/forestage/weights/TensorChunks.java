package io.forestage.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Walks through a tensor's elements in C order, little-endian, with one small buffer, whatever the
 * tensor's size and however it lies.
 */
abstract class TensorChunks {

    /** A multiple of every element's size, so that no element is cut in two. */
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

    /** The most bytes that {@link #next} comes back with. */
    final int mostBytes() {
        return chunk.capacity();
    }

    /** The next bytes, in a buffer that the next call overwrites; null after the last. */
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

    /** Fills the buffer to its limit with what comes after so many bytes. */
    abstract void fill(long done, ByteBuffer chunk) throws WeightFileException;
}
