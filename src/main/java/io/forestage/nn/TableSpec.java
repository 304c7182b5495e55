package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.training.initializer.Initializer;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link EmbeddingTable} is made of.
 *
 * @param name what messages call the table
 * @param rows the number of vectors
 * @param width D
 * @param initializer how a new table starts
 * @param weight the values of a given table, or null for a new one
 * @param freeze whether training leaves the table alone
 * @param integers whether a given table may hold integers, which no training can change
 */
record TableSpec(
        String name,
        long rows,
        long width,
        Initializer initializer,
        @Nullable NDArray weight,
        boolean freeze,
        boolean integers) {}
