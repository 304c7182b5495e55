package io.forestage.tokens.bpe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A cache of pieces' tokens: most of a text are words seen before. Its memory is bounded, as each
 * piece has one slot, in which it replaces another piece.
 *
 * <p>Threads share it without locks: an entry is immutable, so that whichever is found is whole.
 */
final class PieceCache {

    /** Longer pieces rarely recur. */
    static final int MAX_LENGTH = 4 * Long.BYTES;

    private static final int SLOTS = 1 << 15;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final @Nullable Entry[] slots = new Entry[SLOTS];

    /** A few bits of the piece that was last to be remembered in each slot. */
    private final byte[] traces = new byte[SLOTS];

    /**
     * A piece's bytes and its tokens. The four numbers hold all bytes, some of them twice; which,
     * follows from the length.
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Entry(long first, long second, long third, long last, int length, int[] ids) {}

    /**
     * The tokens of a piece, or null if they are not known.
     *
     * @param from where it starts
     * @param length from 1 to {@link #MAX_LENGTH}
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
     * Stores a piece's tokens at its second occurrence: a piece seen once takes no memory and
     * evicts no other.
     */
    void put(byte[] utf8, int from, int length, int[] ids, int count) {
        long first = first(utf8, from, length);
        long second = inner(utf8, from + Long.BYTES, length);
        long third = inner(utf8, from + length - 2 * Long.BYTES, length);
        long last = last(utf8, from + length, length);
        int hash = hash(first, second, third, last);
        byte trace = (byte) (hash >>> 24);
        int slot = hash & (SLOTS - 1);
        if (traces[slot] == trace) {
            slots[slot] = new Entry(first, second, third, last, length, Arrays.copyOf(ids, count));
        } else {
            traces[slot] = trace;
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

    /** What neither the first nor the last eight bytes hold, if there is any. */
    private static long inner(byte[] utf8, int from, int length) {
        return length > 2 * Long.BYTES ? (long) LONG.get(utf8, from) : 0;
    }
}
