package io.forestage.weights.gguf;

import io.forestage.support.HeapBudget;
import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads a header's little-endian numbers and texts one after another. Every length is checked
 * against the rest of the file before anything is allocated.
 */
final class GgufInput {

    private static final int BUFFER = 1 << 16;

    private final ByteSource file;
    private final HeapBudget budget = HeapBudget.ofOneFile();
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long bufferEnd;

    GgufInput(ByteSource file) {
        this.file = file;
    }

    /** Returns the position of the next byte. */
    long position() {
        return bufferEnd - buffer.remaining();
    }

    /** Returns the number of bytes up to the file's end. */
    long left() {
        return file.size() - position();
    }

    byte readByte() throws WeightFileException {
        return need(Byte.BYTES).get();
    }

    short readShort() throws WeightFileException {
        return need(Short.BYTES).getShort();
    }

    int readInt() throws WeightFileException {
        return need(Integer.BYTES).getInt();
    }

    long readLong() throws WeightFileException {
        return need(Long.BYTES).getLong();
    }

    /**
     * Reads how many items follow.
     *
     * @param what the items, for messages
     * @param itemBytes the least number of bytes of an item
     */
    long readCount(String what, int itemBytes) throws WeightFileException {
        long count = readLong();
        // A count of 2^63 or more is negative here.
        if (count < 0 || count > left() / itemBytes) {
            throw file.problem(
                    null,
                    "at most %d %s in the rest of the file".formatted(left() / itemBytes, what),
                    Long.toUnsignedString(count),
                    FileBytes.DAMAGED);
        }
        return count;
    }

    /** Reads a text, which must be UTF-8. */
    String readText() throws WeightFileException {
        long length = readCount("bytes of a text", 1);
        if (length > HeapBudget.share(8)) {
            throw tooLarge();
        }
        keep(2 * length);
        byte[] text = new byte[(int) length];
        int done = 0;
        while (done < text.length) {
            int count = Math.min(text.length - done, BUFFER);
            need(count).get(text, done, count);
            done += count;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException invalid) {
            throw file.problem(
                    null,
                    "a text in UTF-8 before byte %d".formatted(position()),
                    "other bytes",
                    FileBytes.DAMAGED);
        }
    }

    /** Passes over a text. */
    void skipText() throws WeightFileException {
        skip(readCount("bytes of a text", 1));
    }

    /** Passes over bytes that the file has. */
    void skip(long bytes) throws WeightFileException {
        if (bytes <= buffer.remaining()) {
            buffer.position(buffer.position() + (int) bytes);
            return;
        }
        bufferEnd = position() + bytes;
        buffer.limit(0);
    }

    /** Counts memory that the file's content takes. */
    void keep(long bytes) throws WeightFileException {
        if (!budget.take(bytes)) {
            throw tooLarge();
        }
    }

    private WeightFileException tooLarge() {
        return file.problem(
                null,
                "a GGUF header that fits " + HeapBudget.heap(),
                "a larger one",
                HeapBudget.REMEDY);
    }

    /** Returns the buffer with at least some bytes in it. */
    private ByteBuffer need(int bytes) throws WeightFileException {
        if (buffer.remaining() < bytes) {
            if (left() < bytes) {
                throw file.problem(
                        null,
                        "a whole GGUF header",
                        "the file's end in it, at byte %d".formatted(file.size()),
                        FileBytes.DAMAGED);
            }
            long start = position();
            buffer.clear().limit((int) Math.min(BUFFER, file.size() - start));
            file.read(null, start, buffer);
            buffer.flip();
            bufferEnd = start + buffer.limit();
        }
        return buffer;
    }
}
