package io.forestage.tokens.bpe;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether merging the bytes of each token makes the token. Then it is the same to look up a whole
 * piece in the vocabulary first, which {@code ignore_merges} of a tokenizer.json asks for.
 */
public final class WholeTokens {

    /** Merging takes quadratic time; the longest token of a known vocabulary has 1024 bytes. */
    private static final int MAX_LENGTH = 1024;

    private WholeTokens() {}

    /**
     * Finds a token that merges do not make.
     *
     * @param vocabulary a vocabulary that has every byte
     * @param merges its merges
     * @param added tokens that are not looked up as pieces
     * @return the first such token, or null if merges make each
     */
    public static @Nullable String firstUnmerged(
            Vocabulary vocabulary, ByteLevelModel.Merges merges, List<AddedToken> added) {
        MergeTable table = new MergeTable(merges.size());
        for (int i = 0; i < merges.size(); i++) {
            table.add(merges.left(i), merges.right(i), merges.result(i));
        }
        BitSet skipped = new BitSet();
        added.forEach(token -> skipped.set(token.id()));
        Vocabulary.ByteLevelAlphabet alphabet = new Vocabulary.ByteLevelAlphabet();
        int[] idOfByte = vocabulary.idOfByte();
        for (int id = 0; id < vocabulary.size(); id++) {
            String token = vocabulary.token(id);
            // A token with a character of no byte equals no piece.
            byte[] bytes = token == null || skipped.get(id) ? null : alphabet.bytesOf(token);
            if (bytes != null
                    && bytes.length > 0
                    && (bytes.length > MAX_LENGTH || !makes(table, idOfByte, bytes, id))) {
                return token;
            }
        }
        return null;
    }

    private static boolean makes(MergeTable table, int[] idOfByte, byte[] bytes, int id) {
        int[] parts = new int[bytes.length];
        int[] ranks = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            parts[i] = idOfByte[bytes[i] & 0xFF];
        }
        for (int i = 0; i + 1 < bytes.length; i++) {
            ranks[i] = table.rankOf(parts[i], parts[i + 1]);
        }
        return table.merge(parts, ranks, bytes.length) == 1 && parts[0] == id;
    }
}
