package io.forestage.training.text;

import java.util.Arrays;

/** A growable int array. */
public final class TokenList {

    private static final int MAX_SIZE = Integer.MAX_VALUE - 8;

    private int[] ids = new int[1 << 12];
    private int size;

    public void add(int id) {
        if (size == ids.length) {
            if (size == MAX_SIZE) {
                throw new IllegalStateException(
                        "expected a text of at most %d tokens, found more; train on a part of it"
                                .formatted(MAX_SIZE));
            }
            ids = Arrays.copyOf(ids, (int) Math.min(MAX_SIZE, size + (long) (size >> 1) + 1));
        }
        ids[size++] = id;
    }

    public int size() {
        return size;
    }

    public int[] toArray() {
        return Arrays.copyOf(ids, size);
    }

    /** Returns the array behind the list; elements from {@link #size} on are unused. */
    public int[] array() {
        return ids;
    }
}
