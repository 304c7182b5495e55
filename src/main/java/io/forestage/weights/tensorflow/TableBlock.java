package io.forestage.weights.tensorflow;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The keys and values of one block. Each key is stored as how many bytes it shares with the one
 * before, and the rest; the block's end lists the restarts, where a key is stored whole.
 */
final class TableBlock {

    /**
     * Keys are tensors' names, and few bytes can unpack to a long one over and over: what they
     * share is not stored.
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
     * @param part what the block is called in messages
     * @param content the block, unpacked
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
                    "it at byte " + Integer.toUnsignedString(bytes.getInt(end)));
        }
        entries = new Cursor(file, null, part, bytes.slice(0, end));
        restarts = bytes.slice(end, Integer.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Goes to the next entry, whose key comes after the last one's; false after the last. */
    boolean next() throws WeightFileException {
        if (!entries.hasRemaining()) {
            requireAllRestartsMet();
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
            throw entries.problem("each key after the one before", "one that is not");
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
                    "a key that shares at most %d bytes with the one before".formatted(max),
                    Long.toUnsignedString(shared));
        }
        if (unshared < 0 || unshared > MAX_KEY_LENGTH - shared) {
            throw entries.problem(
                    "keys of at most %d bytes".formatted(MAX_KEY_LENGTH),
                    "%d shared bytes and %s more"
                            .formatted(shared, Long.toUnsignedString(unshared)));
        }
    }

    private void requireAllRestartsMet() throws WeightFileException {
        // A block without entries still lists one restart.
        boolean empty = !started && restarts.limit() == Integer.BYTES;
        if (restarts.hasRemaining() && !empty) {
            throw entries.problem(
                    "ascending restarts, each where a key begins",
                    "one at byte " + Integer.toUnsignedString(restarts.getInt()));
        }
    }
}
