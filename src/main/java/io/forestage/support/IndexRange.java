package io.forestage.support;

import java.util.function.IntFunction;

/** The check that every index has its row in a table. */
public final class IndexRange {

    private IndexRange() {}

    /**
     * Refuses the first index outside 0 … limit − 1.
     *
     * @param name the name of the indexes in messages, such as "token ids"
     * @param indexes the indexes
     * @param limit the number of rows
     * @param place returns where the i-th index is, such as "[2, 5]"
     * @param because ends the message: where the limit comes from
     * @throws IllegalArgumentException if an index is outside
     */
    public static void requireBelow(
            String name, long[] indexes, long limit, IntFunction<String> place, String because) {
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] < 0 || indexes[i] >= limit) {
                throw new IllegalArgumentException(
                        "%s: found %d at %s, expected %s: %s"
                                .formatted(
                                        name,
                                        indexes[i],
                                        place.apply(i),
                                        limit == 0 ? "none" : "0 to " + (limit - 1),
                                        because));
            }
        }
    }
}
