package io.forestage.spark.skipgram;

import java.io.Serializable;

/** Rows on their way to the task of a part. */
final class MovingRows implements Serializable {

    private static final long serialVersionUID = 1;

    private final boolean isCenters;
    private final int from;
    private final TableRows rows;
    private final double loss;
    private final long pairs;

    /** Creates rows from a part; with the centers goes the loss so far of their pairs. */
    MovingRows(boolean isCenters, int from, float[][] rows, double loss, long pairs) {
        this.isCenters = isCenters;
        this.from = from;
        this.rows = new TableRows(rows);
        this.loss = loss;
        this.pairs = pairs;
    }

    boolean isCenters() {
        return isCenters;
    }

    int from() {
        return from;
    }

    float[][] rows() {
        return rows.rows();
    }

    double loss() {
        return loss;
    }

    long pairs() {
        return pairs;
    }
}
