package io.forestage.weights.pytorch;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a pickle's bytes in order, little-endian, through a small buffer. */
final class PickleInput {

    /** The remedy for a pickle with more than weights. */
    static final String SAVE_STATE_DICT =
            "save only the state dict in Python: torch.save(model.state_dict(), \"model.pt\")";

    /** Far more than a large model with its optimiser needs. */
    static final long MAX_LENGTH = 1 << 24;

    /** Longer than any tensor's name and any sensible setting. */
    private static final int MAX_TEXT_BYTES = 1 << 20;

    private static final int MAX_LINE_BYTES = 1 << 8;

    private static final int CHUNK = 1 << 14;

    private final Storages.Stored place;
    private final String where;
    private final long end;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN).limit(0);

    private long next;
    private long instruction;

    /**
     * Starts at a place's first byte.
     *
     * @param where the name of the place, for positions in messages
     */
    PickleInput(Storages.Stored place, String where) {
        this.place = place;
        this.where = where;
        this.end = Math.min(place.size(), MAX_LENGTH);
    }

    /** Returns how many bytes have been read. */
    long position() {
        return next - buffer.remaining();
    }

    /** Reads an instruction's code; problems name its position until the next one. */
    int nextInstruction() throws WeightFileException {
        instruction = position();
        return nextByte();
    }

    int nextByte() throws WeightFileException {
        return Byte.toUnsignedInt(need(Byte.BYTES).get());
    }

    int nextShort() throws WeightFileException {
        return Short.toUnsignedInt(need(Short.BYTES).getShort());
    }

    int nextInt() throws WeightFileException {
        return need(Integer.BYTES).getInt();
    }

    long nextLong() throws WeightFileException {
        return need(Long.BYTES).getLong();
    }

    byte[] nextBytes(int count) throws WeightFileException {
        requireLeft(count);
        byte[] bytes = new byte[count];
        for (int done = 0; done < count; ) {
            int piece = Math.min(CHUNK, count - done);
            need(piece).get(bytes, done, piece);
            done += piece;
        }
        return bytes;
    }

    /** Reads strict UTF-8 of this many bytes. */
    String nextText(long length) throws WeightFileException {
        requireLeft(length);
        if (length > MAX_TEXT_BYTES) {
            throw problem(
                    "text of at most %d bytes".formatted(MAX_TEXT_BYTES),
                    "%d bytes".formatted(length),
                    SAVE_STATE_DICT);
        }
        return decoded(nextBytes((int) length));
    }

    /** Reads a line of strict UTF-8, and its end. */
    String nextLine() throws WeightFileException {
        byte[] bytes = new byte[MAX_LINE_BYTES];
        for (int length = 0; length < bytes.length; length++) {
            bytes[length] = (byte) nextByte();
            if (bytes[length] == '\n') {
                return decoded(Arrays.copyOf(bytes, length));
            }
        }
        throw damaged("a line of fewer than %d bytes".formatted(MAX_LINE_BYTES), "a longer one");
    }

    void skip(long count) throws WeightFileException {
        requireLeft(count);
        for (long left = count; left > 0; ) {
            int piece = (int) Math.min(CHUNK, left);
            ByteBuffer bytes = need(piece);
            bytes.position(bytes.position() + piece);
            left -= piece;
        }
    }

    /** A length of 2^63 or more is negative here, and refused like any that is too large. */
    void requireLeft(long count) throws WeightFileException {
        if (count < 0 || count > end - position()) {
            throw beyondEnd("%s more bytes".formatted(Long.toUnsignedString(count)));
        }
    }

    WeightFileException damaged(String expected, String found) {
        return problem(expected, found, FileBytes.DAMAGED);
    }

    WeightFileException problem(String expected, String found, String remedy) {
        return place.source()
                .problem(
                        null,
                        expected,
                        "%s at byte %d of %s".formatted(found, instruction, where),
                        remedy);
    }

    private String decoded(byte[] bytes) throws WeightFileException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException malformed) {
            throw damaged("text in UTF-8", "malformed UTF-8");
        }
    }

    private WeightFileException beyondEnd(String expected) {
        return end < place.size()
                ? problem(
                        "a pickle of at most %d bytes".formatted(MAX_LENGTH),
                        "a longer one",
                        SAVE_STATE_DICT)
                : damaged(expected, "its end after %d bytes,".formatted(end));
    }

    private ByteBuffer need(int count) throws WeightFileException {
        if (buffer.remaining() < count) {
            buffer.compact();
            buffer.limit((int) Math.min(CHUNK, buffer.position() + end - next));
            int wanted = buffer.remaining();
            ByteSource source = place.source();
            source.read(null, place.offset() + next, buffer);
            next += wanted;
            buffer.flip();
            if (buffer.remaining() < count) {
                throw beyondEnd("a complete pickle");
            }
        }
        return buffer;
    }
}
