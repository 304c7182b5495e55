package io.forestage.bench.scale;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.torch.FileMapping;
import io.forestage.torch.JoinedTables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of float32 values, each known by its index. Tables of all sizes are its beginnings, so
 * that it is written once.
 */
final class TableFile {

    private static final Path FILE = ScaleBench.FOLDER.resolve("table.f32");
    private static final int CHUNK = 1 << 20;
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private TableFile() {}

    /** Returns a value: from −0.1 to 0.1, without a pattern. */
    static float value(long index) {
        long mixed = index * GOLDEN_RATIO;
        return (((mixed ^ (mixed >>> 29)) * GOLDEN_RATIO) >>> 40) * (0.2f / (1 << 24)) - 0.1f;
    }

    /** Makes the file longer, if need be. */
    static void grow(long values) throws IOException {
        try (FileChannel channel =
                FileChannel.open(FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(CHUNK * Float.BYTES).order(ByteOrder.nativeOrder());
            // Whole chunks, so that what an interrupted run has left is written again.
            for (long chunk = channel.size() / Float.BYTES / CHUNK;
                    chunk * CHUNK < values;
                    chunk++) {
                buffer.clear();
                for (int i = 0; i < CHUNK; i++) {
                    buffer.putFloat(value(chunk * CHUNK + i));
                }
                long at = chunk * CHUNK * Float.BYTES;
                for (buffer.flip(); buffer.hasRemaining(); ) {
                    at += channel.write(buffer, at);
                }
            }
        }
    }

    /** Maps a table. */
    static NDArray map(NDManager manager, Shape shape) {
        return FileMapping.mapFloats(manager, FILE, 0, shape);
    }

    /** Maps two tables, the second behind the first. */
    static JoinedTables map(NDManager manager, long firstRows, long secondRows, long width) {
        return JoinedTables.map(manager, FILE, 0, firstRows, secondRows, width);
    }
}
