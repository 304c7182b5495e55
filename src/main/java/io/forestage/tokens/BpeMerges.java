package io.forestage.tokens;

import java.util.Arrays;

/** Merges as pairs of ids, first merge first: fifty thousand of them are no strings. */
final class BpeMerges {

    private int[] lefts;
    private int[] rights;
    private int size;

    BpeMerges(int capacity) {
        lefts = new int[capacity];
        rights = new int[capacity];
    }

    void add(int left, int right) {
        if (size == lefts.length) {
            lefts = Arrays.copyOf(lefts, size * 2 + 1);
            rights = Arrays.copyOf(rights, size * 2 + 1);
        }
        lefts[size] = left;
        rights[size++] = right;
    }

    int size() {
        return size;
    }

    int left(int i) {
        return lefts[i];
    }

    int right(int i) {
        return rights[i];
    }
}
