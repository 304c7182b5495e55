package io.forestage.tokens.bpe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A cache of pieces' tokens, because most pieces of a text are frequent words. It is direct-mapped,
 * which bounds its memory: each piece has one slot, and replaces another piece there.
 *
 * <p>It is thread-safe without locks, because entries are immutable.
 */
final class PieceCache {

    /** The maximum length of a piece in bytes; longer pieces rarely recur. */
    static final int MAX_LENGTH = 4 * Long.BYTES;

    private static final int SLOTS = 1 << 15;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final @Nullable Entry[] slots = new Entry[SLOTS];

    /** Hash bits of the last piece that was offered to each slot. */
    private final byte[] tags = new byte[SLOTS];

    /**
     * A piece's bytes and its tokens. The four numbers hold all bytes, some of them twice; the
     * length says which.
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Entry(long first, long second, long third, long last, int length, int[] ids) {}

    /**
     * Returns the tokens of a piece, or null if it is not in the cache.
     *
     * @param from the index of its first byte
     * @param length 1 to {@link #MAX_LENGTH}
     */
    int @Nullable [] find(byte[] utf8, int from, int length) {
        long first = first(utf8, from, length);
        long second = inner(utf8, from + Long.BYTES, length);
        long third = inner(utf8, from + length - 2 * Long.BYTES, length);
        long last = last(utf8, from + length, length);
        Entry entry = slots[hash(first, second, third, last) & (SLOTS - 1)];
        return entry != null
                        && entry.first == first
                        && entry.last == last
                        && entry.length == length
                        && entry.second == second
                        && entry.third == third
                ? entry.ids
                : null;
    }

    /**
     * Stores a piece's tokens when it is offered a second time. So a piece that occurs once takes
     * no memory and replaces no other.
     */
    void put(byte[] utf8, int from, int length, int[] ids, int count) {
        long first = first(utf8, from, length);
        long second = inner(utf8, from + Long.BYTES, length);
        long third = inner(utf8, from + length - 2 * Long.BYTES, length);
        long last = last(utf8, from + length, length);
        int hash = hash(first, second, third, last);
        byte tag = (byte) (hash >>> 24);
        int slot = hash & (SLOTS - 1);
        if (tags[slot] == tag) {
            slots[slot] = new Entry(first, second, third, last, length, Arrays.copyOf(ids, count));
        } else {
            tags[slot] = tag;
        }
    }

    private static int hash(long first, long second, long third, long last) {
        long mixed = (first ^ Long.rotateLeft(second, 21)) * 0x9E3779B97F4A7C15L;
        mixed ^= (mixed >>> 29) ^ last ^ Long.rotateLeft(third, 42);
        return (int) ((mixed * 0xBF58476D1CE4E5B9L) >>> 32);
    }

    private static long first(byte[] utf8, int from, int length) {
        if (length >= Long.BYTES) {
            return (long) LONG.get(utf8, from);
        }
        if (length >= Integer.BYTES) {
            return (int) INT.get(utf8, from);
        }
        // One, two or three bytes: the first, the middle and the last are all of them.
        return 256L * utf8[from] + utf8[from + (length >> 1)];
    }

    private static long last(byte[] utf8, int end, int length) {
        if (length >= Long.BYTES) {
            return (long) LONG.get(utf8, end - Long.BYTES);
        }
        return length >= Integer.BYTES ? (int) INT.get(utf8, end - Integer.BYTES) : utf8[end - 1];
    }

    /** Returns eight bytes between the first and the last eight, or 0 if there are none. */
    private static long inner(byte[] utf8, int from, int length) {
        return length > 2 * Long.BYTES ? (long) LONG.get(utf8, from) : 0;
    }
}
