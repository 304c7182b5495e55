package io.forestage.spark.skipgram;

import java.io.Serializable;

/** The rows that a task has: of a part as centers, and of a part as contexts. */
final class PartRows implements Serializable {

    private static final long serialVersionUID = 1;

    private final int part;
    private final TableRows centers;
    private final int contextPart;
    private final TableRows contexts;
    private final double loss;
    private final long pairs;

    PartRows(
            int part,
            float[][] centers,
            int contextPart,
            float[][] contexts,
            double loss,
            long pairs) {
        this.part = part;
        this.centers = new TableRows(centers);
        this.contextPart = contextPart;
        this.contexts = new TableRows(contexts);
        this.loss = loss;
        this.pairs = pairs;
    }

    /** Returns the losses alone. */
    PartRows withoutRows() {
        return new PartRows(part, new float[0][], contextPart, new float[0][], loss, pairs);
    }

    int part() {
        return part;
    }

    float[][] centers() {
        return centers.rows();
    }

    int contextPart() {
        return contextPart;
    }

    float[][] contexts() {
        return contexts.rows();
    }

    /** Returns the sum of the losses of a step's pairs with these centers. */
    double loss() {
        return loss;
    }

    /** Returns the number of these pairs. */
    long pairs() {
        return pairs;
    }
}
