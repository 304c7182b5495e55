package io.forestage.tokens;

/** Turns bytes into tokens, piece by piece. Not for several threads at once. */
final class PieceEncoder {

    /** From this many bytes on, keeping the pairs in order is faster than looking through them. */
    private static final int LONG = 128;

    private final ByteMerges merges;
    private final KnownPieces known;
    private final ShortMerge merger;

    PieceEncoder(ByteMerges merges, KnownPieces known) {
        this.merges = merges;
        this.known = known;
        this.merger = new ShortMerge(merges.table(), LONG);
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
            known.put(utf8, from, length, merger.parts(), count);
            ids.addAll(merger.parts(), count);
        } else {
            ids.addAll(found, found.length);
        }
    }

    private void addUnknown(byte[] utf8, int from, int length, IdList ids) {
        if (length < LONG) {
            ids.addAll(merger.parts(), merge(utf8, from, length));
            return;
        }
        LongMerge all = new LongMerge(merges, utf8, from, length);
        ids.addAll(all.parts(), all.merge());
    }

    private int merge(byte[] utf8, int from, int length) {
        merges.start(utf8, from, length, merger.parts(), merger.ranks());
        return merger.merge(length);
    }
}
