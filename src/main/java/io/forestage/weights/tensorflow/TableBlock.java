package io.forestage.weights.tensorflow;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The keys and values of one block. A key is stored as the number of bytes that it shares with the
 * previous key, and the rest. The block's end lists the restarts: the positions where a key is
 * stored whole.
 */
final class TableBlock {

    /**
     * Keys are tensors' names. The limit matters because shared bytes are not stored: a few bytes
     * could expand to many long keys.
     */
    static final int MAX_KEY_LENGTH = 1024;

    private final Cursor entries;
    private final ByteBuffer restarts;

    private byte[] key = {};
    private ByteBuffer value = ByteBuffer.allocate(0);
    private boolean started;

    /**
     * Checks the list of restarts.
     *
     * @param part the block's name for messages
     * @param content the block, decompressed
     */
    TableBlock(ByteSource file, String part, ByteBuffer content) throws WeightFileException {
        ByteBuffer bytes = content.slice().order(ByteOrder.LITTLE_ENDIAN);
        Cursor whole = new Cursor(file, null, part, bytes);
        int words = bytes.limit() / Integer.BYTES;
        int count = words == 0 ? 0 : bytes.getInt(bytes.limit() - Integer.BYTES);
        if (count < 1 || count > words - 1) {
            throw whole.problem(
                    "1 to %d restarts".formatted(Math.max(1, words - 1)),
                    Integer.toUnsignedString(count));
        }
        int end = bytes.limit() - Integer.BYTES * (count + 1);
        if (bytes.getInt(end) != 0) {
            throw whole.problem(
                    "the first restart at byte 0",
                    "byte %s".formatted(Integer.toUnsignedString(bytes.getInt(end))));
        }
        entries = new Cursor(file, null, part, bytes.slice(0, end));
        restarts = bytes.slice(end, Integer.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Moves to the next entry and requires a larger key; returns false at the end. */
    boolean next() throws WeightFileException {
        if (!entries.hasRemaining()) {
            requireAllRestartsUsed();
            return false;
        }
        boolean restart =
                restarts.hasRemaining()
                        && restarts.getInt(restarts.position()) == entries.position();
        long shared = entries.varint();
        long unshared = entries.varint();
        long valueSize = entries.varint();
        requireLengths(shared, unshared, restart);
        byte[] next = Arrays.copyOf(key, (int) (shared + unshared));
        entries.take(unshared).get(next, (int) shared, (int) unshared);
        if (started && Arrays.compareUnsigned(next, key) <= 0) {
            throw entries.problem("ascending keys", "another order");
        }
        if (restart) {
            restarts.getInt();
        }
        key = next;
        value = entries.take(valueSize);
        started = true;
        return true;
    }

    byte[] key() {
        return key;
    }

    ByteBuffer value() {
        return value;
    }

    private void requireLengths(long shared, long unshared, boolean restart)
            throws WeightFileException {
        int max = restart ? 0 : key.length;
        if (shared < 0 || shared > max) {
            throw entries.problem(
                    "a key that shares at most %d bytes with the previous one".formatted(max),
                    Long.toUnsignedString(shared));
        }
        if (unshared < 0 || unshared > MAX_KEY_LENGTH - shared) {
            throw entries.problem(
                    "keys of at most %d bytes".formatted(MAX_KEY_LENGTH),
                    "%d shared bytes and %s more"
                            .formatted(shared, Long.toUnsignedString(unshared)));
        }
    }

    private void requireAllRestartsUsed() throws WeightFileException {
        // A block without entries still lists one restart.
        boolean empty = !started && restarts.limit() == Integer.BYTES;
        if (restarts.hasRemaining() && !empty) {
            throw entries.problem(
                    "ascending restarts, each where a key starts",
                    "one at byte %s".formatted(Integer.toUnsignedString(restarts.getInt())));
        }
    }
}
