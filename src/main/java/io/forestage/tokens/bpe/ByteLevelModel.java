package io.forestage.tokens.bpe;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A vocabulary of GPT-2's kind as far as encoding needs it: the token of each byte, and the merges.
 *
 * @param idOfByte the id of each of the 256 bytes
 * @param merges what merges into what
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ByteLevelModel(int[] idOfByte, Merges merges) {

    /**
     * More text than this in added tokens is searched for by the native library, which looks for
     * all of them at once; here each is compared with every place in a text.
     */
    private static final int MAX_ADDED = 1024;

    /**
     * Returns the model of a vocabulary, or null if only the native library gives it its ids: if a
     * byte has no token, or if an added token swallows white space, is matched as a whole word
     * only, or is also made by merges.
     */
    public static @Nullable ByteLevelModel of(
            Vocabulary vocabulary, Merges merges, List<AddedToken> added) {
        int[] idOfByte = vocabulary.idOfByte();
        BitSet made = new BitSet(vocabulary.size());
        for (int id : idOfByte) {
            if (id == Vocabulary.NONE) {
                return null;
            }
            made.set(id);
        }
        for (int i = 0; i < merges.size(); i++) {
            made.set(merges.made(i));
        }
        int length = 0;
        for (AddedToken token : added) {
            length += token.content().length();
            if (!token.isPlain() || made.get(token.id()) || length > MAX_ADDED) {
                return null;
            }
        }
        return new ByteLevelModel(idOfByte, merges);
    }

    /** Merges in order, kept as ids, since 50,000 pairs of strings are too slow to build. */
    public static final class Merges {

        /** A left id, a right id and the id that they make, merge after merge. */
        private int[] ids;

        private int size;

        public Merges(int capacity) {
            ids = new int[capacity * 3];
        }

        public void add(int left, int right, int made) {
            if (size * 3 == ids.length) {
                ids = Arrays.copyOf(ids, ids.length * 2 + 3);
            }
            ids[size * 3] = left;
            ids[size * 3 + 1] = right;
            ids[size * 3 + 2] = made;
            size++;
        }

        public int size() {
            return size;
        }

        public int left(int i) {
            return ids[i * 3];
        }

        public int right(int i) {
            return ids[i * 3 + 1];
        }

        /** The token that the two become. */
        int made(int i) {
            return ids[i * 3 + 2];
        }
    }
}
