package io.forestage.tokens;

import java.util.Arrays;

/**
 * A model's merges, made ready for pieces of bytes: all merging begins with pairs of bytes, and
 * those are most of what is looked up, so that they have a table without a search.
 */
final class ByteMerges {

    private static final int BYTES = 256;

    private final int[] idOfByte;
    private final MergeTable table;
    private final int[] rankOfBytes = new int[BYTES * BYTES];

    ByteMerges(ByteLevelModel model) {
        this.idOfByte = model.idOfByte();
        BpeMerges merges = model.merges();
        this.table = new MergeTable(merges.size());
        int[] byteOfId = byteOfId();
        Arrays.fill(rankOfBytes, MergeTable.NEVER);
        for (int rank = 0; rank < merges.size(); rank++) {
            int left = merges.left(rank);
            int right = merges.right(rank);
            table.add(left, right, merges.made(rank));
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
     * Gives a piece's bytes their tokens.
     *
     * @param parts where the tokens go
     * @param ranks where each token's merge with the next one goes
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
