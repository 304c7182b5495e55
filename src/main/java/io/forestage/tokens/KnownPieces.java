package io.forestage.tokens;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of pieces that were merged before: most of a text are words seen already. The memory
 * is bounded, as each piece has one slot, in which it takes the place of another.
 *
 * <p>Threads share it without locks: an entry is immutable, so that whichever is found is whole.
 */
final class KnownPieces {

    /** A longer piece is rarely seen again. */
    static final int LONGEST = 16;

    private static final int SLOTS = 1 << 15;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final @Nullable Entry[] slots = new Entry[SLOTS];

    /**
     * A piece's first and last bytes, which overlap, and its tokens. The length tells which pieces
     * they can be of.
     */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
    private record Entry(long first, long last, int length, int[] ids) {}

    /**
     * The tokens of a piece, or null if they are not known.
     *
     * @param from where it starts
     * @param length from 1 to {@link #LONGEST}
     */
    int @Nullable [] find(byte[] utf8, int from, int length) {
        long first = first(utf8, from, length);
        long last = last(utf8, from, length);
        Entry entry = slots[slot(first, last, length)];
        return entry != null && entry.first == first && entry.last == last && entry.length == length
                ? entry.ids
                : null;
    }

    /** Remembers a piece's tokens. */
    void put(byte[] utf8, int from, int length, int[] ids) {
        long first = first(utf8, from, length);
        long last = last(utf8, from, length);
        slots[slot(first, last, length)] = new Entry(first, last, length, ids);
    }

    private static int slot(long first, long last, int length) {
        long mixed = (first + length) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 29) ^ last) * 0xBF58476D1CE4E5B9L;
        return (int) (mixed >>> 40) & (SLOTS - 1);
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

    private static long last(byte[] utf8, int from, int length) {
        int end = from + length;
        if (length >= Long.BYTES) {
            return (long) LONG.get(utf8, end - Long.BYTES);
        }
        return length >= Integer.BYTES ? (int) INT.get(utf8, end - Integer.BYTES) : utf8[end - 1];
    }
}
