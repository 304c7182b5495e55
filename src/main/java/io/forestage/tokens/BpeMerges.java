package io.forestage.tokens;

import java.util.Arrays;

/** Merges as ids, first merge first: fifty thousand of them are no strings. */
final class BpeMerges {

    /** A left id, a right id and the id that they make, merge after merge. */
    private int[] ids;

    private int size;

    BpeMerges(int capacity) {
        ids = new int[capacity * 3];
    }

    void add(int left, int right, int made) {
        if (size * 3 == ids.length) {
            ids = Arrays.copyOf(ids, ids.length * 2 + 3);
        }
        ids[size * 3] = left;
        ids[size * 3 + 1] = right;
        ids[size * 3 + 2] = made;
        size++;
    }

    int size() {
        return size;
    }

    int left(int i) {
        return ids[i * 3];
    }

    int right(int i) {
        return ids[i * 3 + 1];
    }

    /** The token that the two become. */
    int made(int i) {
        return ids[i * 3 + 2];
    }
}
