package io.forestage.training.skipgram;

/**
 * One step of stochastic gradient descent for a center, a context and its negatives: all arithmetic
 * of skip-gram. {@link RowMath} has its loops.
 *
 * <p>The rows of a step must be different arrays.
 *
 * <p><b>Source.</b> Mikolov et al. 2013b, equation 4.
 */
final class PairKernel {

    private final SigmoidTable sigmoid;
    private final RowMath math;
    private final float[] scores;
    private final float[] gradients;

    /** The rows of a step: the context, the negatives, then spare rows that fill the last group. */
    private final float[][] rows;

    private final float[][] spare;
    private double loss;

    PairKernel(SigmoidTable sigmoid, int dimension, int negatives) {
        this(sigmoid, dimension, negatives, RowMath.fastest(dimension));
    }

    PairKernel(SigmoidTable sigmoid, int dimension, int negatives, RowMath math) {
        this.sigmoid = sigmoid;
        this.math = math;
        rows = new float[negatives + RowMath.GROUP][];
        scores = new float[rows.length];
        gradients = new float[rows.length];
        spare = new float[RowMath.GROUP - 1][dimension];
    }

    /** Sets a row of the next step: row 0 is the context, the others are negatives. */
    void setRow(int index, float[] row) {
        rows[index] = row;
    }

    /** Updates the center and the first {@code count} rows. */
    void step(float[] center, int count, float rate) {
        int end = count;
        for (int i = 0; end % RowMath.GROUP != 0; i++) {
            rows[end++] = spare[i];
        }
        math.score(center, rows, end, scores);
        for (int i = 0; i < end; i++) {
            gradients[i] = i < count ? gradient(i, scores[i], rate) : 0f;
        }
        math.update(center, rows, end, gradients);
    }

    /** Returns the sum of the losses of all steps so far, each before its update. */
    double loss() {
        return loss;
    }

    /** Returns the negative derivative of the loss by the score, times the learning rate. */
    private float gradient(int row, float score, float rate) {
        // The loss of a negative is loss(-score), which is loss(score) + score.
        loss += row == 0 ? sigmoid.loss(score) : sigmoid.loss(score) + score;
        return ((row == 0 ? 1f : 0f) - sigmoid.probability(score)) * rate;
    }
}
