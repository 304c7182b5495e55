package io.forestage.tokens.bpe;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of GPT-2's kind of vocabulary that encoding needs: the token of each byte, and the
 * merges.
 *
 * @param idOfByte the id of each of the 256 bytes
 * @param merges the merges, in the order of their ranks
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ByteLevelModel(int[] idOfByte, Merges merges) {

    /**
     * The maximum total length of added tokens, in UTF-16 units. Java searches a text for each
     * token separately; the native library, which searches for all at once, is faster for more.
     */
    private static final int MAX_ADDED_LENGTH = 1024;

    /**
     * Returns the model of a vocabulary, or null if only the native library computes the right ids:
     * if a byte has no token, or if an added token strips white space, matches whole words only, or
     * is also the result of a merge.
     */
    public static @Nullable ByteLevelModel of(
            Vocabulary vocabulary, Merges merges, List<AddedToken> added) {
        int[] idOfByte = vocabulary.idOfByte();
        BitSet results = new BitSet(vocabulary.size());
        for (int id : idOfByte) {
            if (id == Vocabulary.NONE) {
                return null;
            }
            results.set(id);
        }
        for (int i = 0; i < merges.size(); i++) {
            results.set(merges.result(i));
        }
        int length = 0;
        for (AddedToken token : added) {
            length += token.content().length();
            if (!token.isPlain() || results.get(token.id()) || length > MAX_ADDED_LENGTH) {
                return null;
            }
        }
        return new ByteLevelModel(idOfByte, merges);
    }

    /**
     * Merges in the order of their ranks, as ids: 50,000 pairs of strings are too slow to build.
     */
    public static final class Merges {

        /** The left id, the right id and the resulting id of each merge. */
        private int[] ids;

        private int size;

        /** Makes an empty list. */
        public Merges(int capacity) {
            ids = new int[capacity * 3];
        }

        /** Adds the merge of the next rank. */
        public void add(int left, int right, int result) {
            if (size * 3 == ids.length) {
                ids = Arrays.copyOf(ids, ids.length * 2 + 3);
            }
            ids[size * 3] = left;
            ids[size * 3 + 1] = right;
            ids[size * 3 + 2] = result;
            size++;
        }

        /** Returns the number of merges. */
        public int size() {
            return size;
        }

        /** Returns the left id of a merge. */
        public int left(int i) {
            return ids[i * 3];
        }

        /** Returns the right id of a merge. */
        public int right(int i) {
            return ids[i * 3 + 1];
        }

        /** Returns the id that a merge results in. */
        public int result(int i) {
            return ids[i * 3 + 2];
        }
    }
}
