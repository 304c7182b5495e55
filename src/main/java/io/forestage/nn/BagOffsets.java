package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** The check of the places where bags begin. */
final class BagOffsets {

    private BagOffsets() {}

    /** Reads offsets that start at 0, never fall, and put each id into a bag. */
    static long[] check(NDArray array, long ids, boolean lastIsEnd) {
        IndexArray offsets = IndexArray.read("offsets", array);
        Shape shape = offsets.shape();
        long[] values = offsets.values();
        if (shape.dimension() != 1 || (lastIsEnd && values.length == 0)) {
            throw new IllegalArgumentException(
                    "offsets: expected shape "
                            + (lastIsEnd ? "(B + 1)" : "(B)")
                            + ", found "
                            + shape);
        }
        long least = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i] < least || values[i] > ids || (i == 0 && values[0] != 0)) {
                throw new IllegalArgumentException(
                        "offsets: expected 0 first, then never less than before, at most "
                                + ids
                                + ", the number of ids; found "
                                + values[i]
                                + " at "
                                + offsets.place(i));
            }
            least = values[i];
        }
        requireAllInBags(values, ids, lastIsEnd);
        return values;
    }

    /** libtorch would write before the output for an id in no bag, and read beyond the bags. */
    private static void requireAllInBags(long[] offsets, long ids, boolean lastIsEnd) {
        if (!lastIsEnd && offsets.length == 0 && ids > 0) {
            throw new IllegalArgumentException(
                    "offsets: expected the beginning of at least one bag for "
                            + ids
                            + " ids, found none");
        }
        int last = offsets.length - 1;
        if (lastIsEnd && offsets[last] != ids) {
            throw new IllegalArgumentException(
                    "offsets: expected "
                            + ids
                            + ", the number of ids, as the last one, which is the end of the last"
                            + " bag; found "
                            + offsets[last]
                            + " at ["
                            + last
                            + "]");
        }
    }
}
