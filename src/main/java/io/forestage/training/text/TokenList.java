package io.forestage.training.text;

import java.util.Arrays;

/** A growable int array. */
public final class TokenList {

    private static final int MOST = Integer.MAX_VALUE - 8;

    private int[] ids = new int[1 << 12];
    private int size;

    public void add(int id) {
        if (size == ids.length) {
            if (size == MOST) {
                throw new IllegalStateException(
                        "expected a text of fewer than %d tokens, found more; train on a part of it"
                                .formatted(MOST));
            }
            ids = Arrays.copyOf(ids, (int) Math.min(MOST, size + (long) (size >> 1) + 1));
        }
        ids[size++] = id;
    }

    public int size() {
        return size;
    }

    public int[] toArray() {
        return Arrays.copyOf(ids, size);
    }

    /** The array behind the list: its elements beyond the size mean nothing. */
    public int[] array() {
        return ids;
    }
}
