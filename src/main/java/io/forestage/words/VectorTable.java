package io.forestage.words;

import java.io.IOException;

/** A table with a vector in each row, read in blocks. Several threads may read. */
interface VectorTable {

    int rows();

    int width();

    /** Reads {@code count} rows from the {@code first}. */
    void read(int first, int count, float[] into) throws IOException;
}
