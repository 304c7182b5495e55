package io.forestage.tokens;

import java.util.Arrays;

/** Turns bytes into tokens, piece by piece. Not for several threads at once. */
final class PieceEncoder {

    /** From this many bytes on, keeping the pairs in order is faster than looking through them. */
    private static final int LONG = 128;

    private final int[] idOfByte;
    private final MergeTable table;
    private final KnownPieces known;
    private final ShortMerge merger;
    private final int[] parts = new int[LONG];

    PieceEncoder(int[] idOfByte, MergeTable table, KnownPieces known) {
        this.idOfByte = idOfByte;
        this.table = table;
        this.known = known;
        this.merger = new ShortMerge(table, LONG);
    }

    /** Adds the tokens of a text. */
    void encode(byte[] utf8, PieceScanner scanner, IdList ids) {
        int at = 0;
        while (at < utf8.length) {
            int end = scanner.end(at);
            add(utf8, at, end - at, ids);
            at = end;
        }
    }

    private void add(byte[] utf8, int from, int length, IdList ids) {
        if (length > KnownPieces.LONGEST) {
            addUnknown(utf8, from, length, ids);
            return;
        }
        int[] found = known.find(utf8, from, length);
        if (found == null) {
            int count = merge(utf8, from, length);
            found = Arrays.copyOf(parts, count);
            known.put(utf8, from, length, found);
        }
        ids.addAll(found, found.length);
    }

    private void addUnknown(byte[] utf8, int from, int length, IdList ids) {
        if (length < LONG) {
            ids.addAll(parts, merge(utf8, from, length));
            return;
        }
        int[] all = new int[length];
        fill(all, utf8, from, length);
        ids.addAll(all, new LongMerge(table, all, length).merge());
    }

    private int merge(byte[] utf8, int from, int length) {
        fill(parts, utf8, from, length);
        return merger.merge(parts, length);
    }

    private void fill(int[] into, byte[] utf8, int from, int length) {
        for (int i = 0; i < length; i++) {
            into[i] = idOfByte[utf8[from + i] & 0xFF];
        }
    }
}
