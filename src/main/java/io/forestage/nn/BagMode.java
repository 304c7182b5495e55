package io.forestage.nn;

/** How the vectors of a bag become one. */
public enum BagMode {
    /** Their sum; the only mode that takes weights. */
    SUM(0),
    /** Their mean. */
    MEAN(1),
    /** Their maximum in each column. */
    MAX(2);

    private final int code;

    BagMode(int code) {
        this.code = code;
    }

    /** The number that {@code torch.embedding_bag} knows the mode by. */
    int code() {
        return code;
    }
}
