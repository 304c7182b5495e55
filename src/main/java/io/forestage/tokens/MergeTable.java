package io.forestage.tokens;

import java.util.Arrays;

/**
 * Which two tokens merge into which third (Sennrich et al. 2016): a hash table from a pair of ranks
 * to the rank of their merge. Primitive, because it is filled while a program starts.
 */
final class MergeTable {

    private static final int ABSENT = -1;

    private final long[] pairs;
    private final int[] merged;
    private final int mask;

    MergeTable(int merges) {
        // At least half of the slots stay free, so that a search soon ends at one.
        int slots = Integer.highestOneBit(Math.max(merges, 1)) << 2;
        pairs = new long[slots];
        merged = new int[slots];
        Arrays.fill(merged, ABSENT);
        mask = slots - 1;
    }

    void put(int left, int right, int rank) {
        int slot = slotOf(pair(left, right));
        pairs[slot] = pair(left, right);
        merged[slot] = rank;
    }

    /**
     * Merges the parts in place, lowest rank first, until no pair among them merges.
     *
     * @return how many parts are left, at the array's front
     */
    int merge(int[] parts, int count) {
        int left = count;
        while (left > 1) {
            int best = Integer.MAX_VALUE;
            int at = 0;
            for (int i = 0; i + 1 < left; i++) {
                int rank = merged[slotOf(pair(parts[i], parts[i + 1]))];
                if (rank != ABSENT && rank < best) {
                    best = rank;
                    at = i;
                }
            }
            if (best == Integer.MAX_VALUE) {
                break;
            }
            parts[at] = best;
            System.arraycopy(parts, at + 2, parts, at + 1, left - at - 2);
            left--;
        }
        return left;
    }

    private int slotOf(long pair) {
        int slot = (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (merged[slot] != ABSENT && pairs[slot] != pair) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static long pair(int left, int right) {
        return ((long) left << 32) | right;
    }
}
