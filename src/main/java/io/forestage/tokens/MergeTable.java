package io.forestage.tokens;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which two tokens merge into which third (Sennrich et al. 2016): a hash table from a pair of ids
 * to the merge's rank. Primitive, because it is filled while a program starts and read for each two
 * neighbours in a piece.
 */
final class MergeTable {

    /** Of a pair that does not merge: above every rank. */
    static final int NEVER = Integer.MAX_VALUE;

    private static final long FREE = -1;

    /** Drawn anew for each table, so that no file can choose ids that all meet in one slot. */
    private final long multiplier = new SplittableRandom().nextLong() | 1;

    private final long[] pairs;
    private final int[] ranks;
    private final int[] made;
    private final int mask;
    private int size;

    MergeTable(int merges) {
        // At least half of the slots stay free, so that a search soon ends at one.
        int slots = Integer.highestOneBit(Math.max(merges, 1)) << 2;
        pairs = new long[slots];
        Arrays.fill(pairs, FREE);
        ranks = new int[slots];
        made = new int[merges];
        mask = slots - 1;
    }

    /** Adds the merge of the next rank; a pair that is there already gets the new rank. */
    void add(int left, int right, int id) {
        long pair = pair(left, right);
        int slot = slotOf(pair);
        pairs[slot] = pair;
        ranks[slot] = size;
        made[size++] = id;
    }

    /** The rank of two neighbours' merge, or {@link #NEVER}. */
    int rankOf(int left, int right) {
        long pair = pair(left, right);
        int slot = slotOf(pair);
        return pairs[slot] == pair ? ranks[slot] : NEVER;
    }

    /** The token that the merge of a rank makes. */
    int made(int rank) {
        return made[rank];
    }

    private int slotOf(long pair) {
        long mixed = pair * multiplier;
        mixed = (mixed ^ (mixed >>> 32)) * 0x9E3779B97F4A7C15L;
        int slot = (int) (mixed >>> 32) & mask;
        while (pairs[slot] != FREE && pairs[slot] != pair) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static long pair(int left, int right) {
        return ((long) left << 32) | right;
    }
}
