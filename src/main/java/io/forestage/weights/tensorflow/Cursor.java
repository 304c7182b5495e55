package io.forestage.weights.tensorflow;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads a part of the index; no length in it is trusted. */
final class Cursor {

    private static final int MAX_VARINT_BYTES = 10;

    private final ByteSource file;
    private final @Nullable String tensor;
    private final String part;
    private final ByteBuffer bytes;

    /**
     * Starts at the buffer's position; the buffer itself does not change.
     *
     * @param part the name of the part, for messages
     */
    Cursor(ByteSource file, @Nullable String tensor, String part, ByteBuffer bytes) {
        this.file = file;
        this.tensor = tensor;
        this.part = part;
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns how many bytes have been read. */
    int position() {
        return bytes.position();
    }

    boolean hasRemaining() {
        return bytes.hasRemaining();
    }

    /** Reads a number with seven bits a byte, the lowest first; 2^63 or more is negative. */
    long varint() throws WeightFileException {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            int next = unsignedByte();
            // Nine bytes have 63 bits, so that the tenth may add one.
            if (i == MAX_VARINT_BYTES - 1 && next > 1) {
                break;
            }
            value |= (next & 0x7fL) << (7 * i);
            if (next <= 0x7f) {
                return value;
            }
        }
        throw problem("numbers of 64 bits", "a larger one at byte %d".formatted(bytes.position()));
    }

    int unsignedByte() throws WeightFileException {
        // Does not call take, because this is called millions of times.
        if (!bytes.hasRemaining()) {
            throw problem("another byte after byte %d".formatted(bytes.limit()), "the end");
        }
        return Byte.toUnsignedInt(bytes.get());
    }

    int fixed32() throws WeightFileException {
        return take(Integer.BYTES).getInt();
    }

    /** Reads this many bytes without copying them. */
    ByteBuffer take(long count) throws WeightFileException {
        if (count < 0 || count > bytes.remaining()) {
            throw problem(
                    "%s bytes at byte %d of %d"
                            .formatted(
                                    Long.toUnsignedString(count), bytes.position(), bytes.limit()),
                    "only %d".formatted(bytes.remaining()));
        }
        ByteBuffer taken =
                bytes.slice(bytes.position(), (int) count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) count);
        return taken;
    }

    WeightFileException problem(String expected, String found) {
        return file.problem(tensor, "%s in %s".formatted(expected, part), found, FileBytes.DAMAGED);
    }
}
