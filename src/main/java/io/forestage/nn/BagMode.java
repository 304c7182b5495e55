package io.forestage.nn;

/** How an {@link EmbeddingBag} reduces the vectors of a bag to one. */
public enum BagMode {
    /** The sum; the only mode with weights. */
    SUM(0),
    /** The mean. */
    MEAN(1),
    /** The maximum of each column. */
    MAX(2);

    private final int code;

    BagMode(int code) {
        this.code = code;
    }

    /** Returns the mode's number in {@code torch.embedding_bag}. */
    int code() {
        return code;
    }
}
