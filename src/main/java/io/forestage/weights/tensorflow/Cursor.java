package io.forestage.weights.tensorflow;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads a part of the index, whose lengths are untrusted. */
final class Cursor {

    private static final int MAX_VARINT_BYTES = 10;

    private final ByteSource file;
    private final @Nullable String tensor;
    private final String part;
    private final ByteBuffer bytes;

    /**
     * Starts at the buffer's position; the buffer itself is left as it is.
     *
     * @param part what the bytes are, for messages
     */
    Cursor(ByteSource file, @Nullable String tensor, String part, ByteBuffer bytes) {
        this.file = file;
        this.tensor = tensor;
        this.part = part;
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How many bytes were passed. */
    int position() {
        return bytes.position();
    }

    boolean hasRemaining() {
        return bytes.hasRemaining();
    }

    /** Takes a number of seven bits a byte, the lowest first; 2^63 and more come out negative. */
    long varint() throws WeightFileException {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            int next = unsignedByte();
            // Nine bytes hold 63 bits, so the tenth may add one.
            if (i == MAX_VARINT_BYTES - 1 && next > 1) {
                break;
            }
            value |= (next & 0x7fL) << (7 * i);
            if (next <= 0x7f) {
                return value;
            }
        }
        throw problem("numbers of 64 bits", "one of more at byte " + bytes.position());
    }

    int unsignedByte() throws WeightFileException {
        // Not by take: this is asked for millions of times.
        if (!bytes.hasRemaining()) {
            throw problem("a byte more after byte " + bytes.limit(), "the end");
        }
        return Byte.toUnsignedInt(bytes.get());
    }

    int fixed32() throws WeightFileException {
        return take(Integer.BYTES).getInt();
    }

    /** Takes so many bytes, without copying them. */
    ByteBuffer take(long count) throws WeightFileException {
        if (count < 0 || count > bytes.remaining()) {
            throw problem(
                    "%s bytes at byte %d of %d"
                            .formatted(
                                    Long.toUnsignedString(count), bytes.position(), bytes.limit()),
                    "only " + bytes.remaining());
        }
        ByteBuffer taken =
                bytes.slice(bytes.position(), (int) count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) count);
        return taken;
    }

    WeightFileException problem(String expected, String found) {
        return file.problem(tensor, expected + " in " + part, found, FileBytes.DAMAGED);
    }
}
