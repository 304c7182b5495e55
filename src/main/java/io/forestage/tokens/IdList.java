package io.forestage.tokens;

import java.util.Arrays;

/** Ids that are being collected. */
final class IdList {

    private long[] ids;
    private int size;

    IdList(int capacity) {
        ids = new long[capacity];
    }

    void add(long id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size + (size >> 1) + 16);
        }
        ids[size++] = id;
    }

    void addAll(int[] more, int count) {
        for (int i = 0; i < count; i++) {
            add(more[i]);
        }
    }

    /** Returns the ids and begins anew. */
    long[] take() {
        long[] taken = Arrays.copyOf(ids, size);
        size = 0;
        return taken;
    }
}
