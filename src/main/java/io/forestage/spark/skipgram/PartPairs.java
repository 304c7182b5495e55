package io.forestage.spark.skipgram;

import java.io.Serializable;

/** Packed pairs whose centers are of one part: of a slice of a step's texts, or of all slices. */
final class PartPairs implements Serializable {

    private static final long serialVersionUID = 1;

    private final int slice;

    /** The pairs by the part of the context. */
    private final byte[][] blocks;

    PartPairs(int slice, byte[][] blocks) {
        this.slice = slice;
        this.blocks = blocks;
    }

    int slice() {
        return slice;
    }

    byte[] block(int contexts) {
        return blocks[contexts];
    }
}
