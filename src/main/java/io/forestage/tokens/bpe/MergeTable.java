package io.forestage.tokens.bpe;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The merges of BPE (Sennrich et al. 2016): a hash table from a pair of ids to the merge's rank. It
 * holds primitives, because it is filled while a program starts and read for each pair of
 * neighbours in a piece.
 */
public final class MergeTable {

    /** The rank of a pair that does not merge; higher than every other rank. */
    static final int NEVER = Integer.MAX_VALUE;

    private static final long FREE = -1;

    /** Random for each table, so that no file can choose ids that all collide in one slot. */
    private final long multiplier = new SplittableRandom().nextLong() | 1;

    private final long[] pairs;
    private final int[] ranks;
    private final int[] results;
    private final int mask;
    private int size;

    /** Makes an empty table with room for this number of merges. */
    public MergeTable(int merges) {
        // At least half of the slots stay free, so that a search ends soon.
        int slots = Integer.highestOneBit(Math.max(merges, 1)) << 2;
        pairs = new long[slots];
        Arrays.fill(pairs, FREE);
        ranks = new int[slots];
        results = new int[merges];
        mask = slots - 1;
    }

    /** Adds the merge of the next rank; an existing pair gets the new rank. */
    public void add(int left, int right, int result) {
        long pair = pair(left, right);
        int slot = slotOf(pair);
        pairs[slot] = pair;
        ranks[slot] = size;
        results[size++] = result;
    }

    /** Returns the rank of a pair's merge, or {@link #NEVER}. */
    public int rankOf(int left, int right) {
        long pair = pair(left, right);
        int slot = slotOf(pair);
        return pairs[slot] == pair ? ranks[slot] : NEVER;
    }

    /**
     * Merges the tokens of a short piece in place, lowest rank first and leftmost first, until no
     * pair among them merges. Searches all pairs for each merge: for a word that is faster than a
     * heap.
     *
     * @param parts the tokens
     * @param ranks the rank of each token's merge with the next one
     * @param count the number of tokens
     * @return the number of tokens left, at the start of the array
     */
    public int merge(int[] parts, int[] ranks, int count) {
        int left = count;
        while (left > 1) {
            int at = lowest(ranks, left - 1);
            int rank = ranks[at];
            if (rank == NEVER) {
                break;
            }
            left--;
            parts[at] = results[rank];
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

    private static int lowest(int[] ranks, int pairs) {
        int at = 0;
        int rank = ranks[0];
        for (int i = 1; i < pairs; i++) {
            if (ranks[i] < rank) {
                rank = ranks[i];
                at = i;
            }
        }
        return at;
    }

    /** Returns the token that the merge of a rank results in. */
    int result(int rank) {
        return results[rank];
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

    /**
     * A model's merges, prepared for pieces of bytes. Merging starts with pairs of bytes, which are
     * most of the lookups; so their ranks are in an array.
     */
    static final class ByteMerges {

        private static final int BYTES = 256;

        private final int[] idOfByte;
        private final MergeTable table;
        private final int[] rankOfBytes = new int[BYTES * BYTES];

        ByteMerges(ByteLevelModel model) {
            this.idOfByte = model.idOfByte();
            ByteLevelModel.Merges merges = model.merges();
            this.table = new MergeTable(merges.size());
            int[] byteOfId = byteOfId();
            Arrays.fill(rankOfBytes, MergeTable.NEVER);
            for (int rank = 0; rank < merges.size(); rank++) {
                int left = merges.left(rank);
                int right = merges.right(rank);
                table.add(left, right, merges.result(rank));
                if (left < byteOfId.length
                        && right < byteOfId.length
                        && byteOfId[left] >= 0
                        && byteOfId[right] >= 0) {
                    rankOfBytes[byteOfId[left] * BYTES + byteOfId[right]] = rank;
                }
            }
        }

        MergeTable table() {
            return table;
        }

        /**
         * Merges the bytes of a short piece.
         *
         * @param parts receives the tokens
         * @param ranks room for as many numbers
         * @return the number of tokens
         */
        int merge(byte[] utf8, int from, int length, int[] parts, int[] ranks) {
            start(utf8, from, length, parts, ranks);
            return table.merge(parts, ranks, length);
        }

        /**
         * Looks up the tokens of a piece's bytes.
         *
         * @param parts receives the tokens
         * @param ranks receives the rank of each token's merge with the next one
         */
        void start(byte[] utf8, int from, int length, int[] parts, int[] ranks) {
            int left = utf8[from] & 0xFF;
            parts[0] = idOfByte[left];
            for (int i = 1; i < length; i++) {
                int right = utf8[from + i] & 0xFF;
                parts[i] = idOfByte[right];
                ranks[i - 1] = rankOfBytes[left * BYTES + right];
                left = right;
            }
        }

        private int[] byteOfId() {
            int[] bytes = new int[Arrays.stream(idOfByte).max().orElseThrow() + 1];
            Arrays.fill(bytes, -1);
            for (int b = 0; b < BYTES; b++) {
                bytes[idOfByte[b]] = b;
            }
            return bytes;
        }
    }
}
