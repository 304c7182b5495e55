package io.forestage.weights.gguf;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FloatConversion;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The values of a tensor in Q8_0 as little-endian float32. A block of 32 values is a float16, the
 * scale, and 32 signed bytes; a value is the scale times its byte, in float32.
 *
 * @param start the position of the first block in the file
 * @param blocks the number of blocks
 */
record Q8Blocks(ByteSource file, long start, long blocks) implements ByteSource {

    /** The number of values in a block. */
    static final int VALUES = 32;

    /** The size of a block in the file. */
    static final int BYTES = Short.BYTES + VALUES;

    private static final int FLOAT_BYTES = VALUES * Float.BYTES;

    /** The blocks that are read at a time. */
    private static final int MOST = 1 << 11;

    @Override
    public long size() {
        return blocks * FLOAT_BYTES;
    }

    @Override
    public void read(@Nullable String tensor, long position, ByteBuffer into)
            throws WeightFileException {
        if (position < 0 || into.remaining() > size() - position) {
            throw problem(
                    tensor,
                    "a tensor of %d bytes as float32".formatted(size()),
                    "%d bytes from byte %d on".formatted(into.remaining(), position),
                    "read it within its size");
        }
        long next = position;
        while (into.hasRemaining()) {
            long block = next / FLOAT_BYTES;
            int skipped = (int) (next % FLOAT_BYTES);
            long wanted = ((long) skipped + into.remaining() + FLOAT_BYTES - 1) / FLOAT_BYTES;
            ByteBuffer floats = floats(tensor, block, (int) Math.min(wanted, MOST));
            floats.position(skipped);
            floats.limit(Math.min(floats.limit(), skipped + into.remaining()));
            next += floats.remaining();
            into.put(floats);
        }
    }

    private ByteBuffer floats(@Nullable String tensor, long block, int count)
            throws WeightFileException {
        ByteBuffer stored = ByteBuffer.allocate(count * BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(tensor, start + block * BYTES, stored);
        stored.flip();
        ByteBuffer floats = ByteBuffer.allocate(count * FLOAT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (stored.hasRemaining()) {
            float scale = FloatConversion.halfToFloat(stored.getShort());
            for (int i = 0; i < VALUES; i++) {
                floats.putFloat(scale * stored.get());
            }
        }
        return floats.flip();
    }

    @Override
    public void requireUnchanged() throws WeightFileException {
        file.requireUnchanged();
    }

    @Override
    public WeightFileException problem(
            @Nullable String tensor, String expected, String found, String remedy) {
        return file.problem(tensor, expected, found, remedy);
    }

    /** Does nothing: the file is closed with the weight file. */
    @Override
    public void close() {}
}
