package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** The check of the places where bags begin. */
final class BagOffsets {

    private BagOffsets() {}

    /** Reads offsets that start at 0, never fall, and stay within the ids. */
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
        return values;
    }
}
