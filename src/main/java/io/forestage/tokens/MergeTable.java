package io.forestage.tokens;

import java.util.Arrays;

/**
 * Which two tokens merge into which third (Sennrich et al. 2016): a hash table from a pair of ranks
 * to the rank of their merge. Primitive, because it is filled while a program starts.
 */
final class MergeTable {

    /** Of a pair that does not merge: above every rank. */
    private static final int NEVER = Integer.MAX_VALUE;

    private final long[] pairs;
    private final int[] merged;
    private final int mask;

    MergeTable(int merges) {
        // At least half of the slots stay free, so that a search soon ends at one.
        int slots = Integer.highestOneBit(Math.max(merges, 1)) << 2;
        pairs = new long[slots];
        merged = new int[slots];
        Arrays.fill(merged, NEVER);
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
    int merge(int[] parts) {
        int left = parts.length;
        int[] ranks = new int[left];
        for (int i = 0; i + 1 < left; i++) {
            ranks[i] = rankOf(parts[i], parts[i + 1]);
        }
        while (left > 1) {
            int at = 0;
            for (int i = 1; i + 1 < left; i++) {
                at = ranks[i] < ranks[at] ? i : at;
            }
            if (ranks[at] == NEVER) {
                break;
            }
            parts[at] = ranks[at];
            left--;
            for (int i = at + 1; i < left; i++) {
                parts[i] = parts[i + 1];
                ranks[i] = ranks[i + 1];
            }
            if (at > 0) {
                ranks[at - 1] = rankOf(parts[at - 1], parts[at]);
            }
            if (at + 1 < left) {
                ranks[at] = rankOf(parts[at], parts[at + 1]);
            }
        }
        return left;
    }

    private int rankOf(int left, int right) {
        return merged[slotOf(pair(left, right))];
    }

    private int slotOf(long pair) {
        int slot = (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (merged[slot] != NEVER && pairs[slot] != pair) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static long pair(int left, int right) {
        return ((long) left << 32) | right;
    }
}
