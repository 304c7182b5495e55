package io.forestage.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Walks through a tensor's bytes with one small buffer, whatever the tensor's size. */
final class TensorChunks {

    /** A multiple of every element's size, so that no element is cut in two. */
    private static final int CHUNK = 1 << 18;

    private final FileBytes file;
    private final TensorEntry entry;
    private final ByteBuffer chunk;
    private long done;

    TensorChunks(FileBytes file, TensorEntry entry) {
        this.file = file;
        this.entry = entry;
        this.chunk =
                ByteBuffer.allocate((int) Math.min(CHUNK, entry.byteSize()))
                        .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The most bytes that {@link #next} comes back with. */
    int mostBytes() {
        return chunk.capacity();
    }

    /** The next bytes, in a buffer that the next call overwrites; null after the last. */
    @Nullable ByteBuffer next() throws WeightFileException {
        if (done == entry.byteSize()) {
            return null;
        }
        chunk.clear().limit((int) Math.min(chunk.capacity(), entry.byteSize() - done));
        file.read(entry.name(), entry.offset() + done, chunk);
        chunk.flip();
        done += chunk.limit();
        return chunk;
    }
}
