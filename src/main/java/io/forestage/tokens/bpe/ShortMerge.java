package io.forestage.tokens.bpe;

/**
 * Merges the tokens of a short piece. It searches all pairs for each merge, which for a word is
 * faster than a heap. Not thread-safe.
 */
public final class ShortMerge {

    private final MergeTable table;
    private final int[] ownParts;
    private final int[] ownRanks;

    /**
     * Makes a merger.
     *
     * @param table the merges
     * @param maxTokens the maximum number of tokens in a piece
     */
    public ShortMerge(MergeTable table, int maxTokens) {
        this.table = table;
        this.ownParts = new int[maxTokens];
        this.ownRanks = new int[maxTokens];
    }

    /** Returns the array of tokens, which the caller fills before {@link #merge}. */
    public int[] parts() {
        return ownParts;
    }

    /** Returns the ranks of each token's merge with the next one, which the caller fills too. */
    public int[] ranks() {
        return ownRanks;
    }

    /**
     * Merges the first {@code count} parts in place, lowest rank first and leftmost first, until no
     * pair merges.
     *
     * @return the number of parts that are left, in the array's front
     */
    public int merge(int count) {
        // Local variables, so that the compiler knows that they do not change.
        int[] parts = ownParts;
        int[] ranks = ownRanks;
        int left = count;
        while (left > 1) {
            int at = lowest(ranks, left - 1);
            int rank = ranks[at];
            if (rank == MergeTable.NEVER) {
                break;
            }
            left--;
            parts[at] = table.result(rank);
            for (int i = at + 1; i < left; i++) {
                parts[i] = parts[i + 1];
                ranks[i] = ranks[i + 1];
            }
            if (at > 0) {
                ranks[at - 1] = table.rankOf(parts[at - 1], parts[at]);
            }
            if (at + 1 < left) {
                ranks[at] = table.rankOf(parts[at], parts[at + 1]);
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
}
