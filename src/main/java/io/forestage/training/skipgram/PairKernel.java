package io.forestage.training.skipgram;

import java.util.Arrays;

/**
 * One step of stochastic gradient descent for a center, a context and its negatives: all arithmetic
 * of skip-gram.
 *
 * <p>The updates are plain loops, which the JIT compiler turns into vector instructions. It cannot
 * vectorise a sum of floats, since Java fixes its order. So three scores are computed at once, with
 * four partial sums each, which keeps the processor's units for {@link Math#fma} busy. Measured at
 * D = 128, this takes three quarters of the time of vectorised products that are added up
 * afterwards, as the ends of many short loops cost more than vectors gain.
 *
 * <p>The rows of a step must be different arrays.
 *
 * <p><b>Source.</b> Mikolov et al. 2013b, equation 4.
 */
final class PairKernel {

    private static final int GROUP = 3;

    private final SigmoidTable sigmoid;
    private final int dimension;
    private final float[] scores = new float[GROUP];
    private final float[] centerGradient;

    /** The rows of a step: the context, the negatives, then spare rows that fill the last group. */
    private final float[][] rows;

    private final float[][] spare;
    private double loss;

    PairKernel(SigmoidTable sigmoid, int dimension, int negatives) {
        this.sigmoid = sigmoid;
        this.dimension = dimension;
        centerGradient = new float[dimension];
        rows = new float[negatives + GROUP][];
        spare = new float[GROUP - 1][dimension];
    }

    /** Sets a row of the next step: row 0 is the context, the others are negatives. */
    void setRow(int index, float[] row) {
        rows[index] = row;
    }

    /** Updates the center and the first {@code count} rows. */
    void step(float[] center, int count, float rate) {
        int end = count;
        for (int i = 0; end % GROUP != 0; i++) {
            rows[end++] = spare[i];
        }
        Arrays.fill(centerGradient, 0f);
        for (int first = 0; first < end; first += GROUP) {
            stepGroup(center, first, count, rate);
        }
        add(center, centerGradient, dimension);
    }

    /** Returns the sum of the losses of all steps so far, each before its update. */
    double loss() {
        return loss;
    }

    private void stepGroup(float[] center, int first, int count, float rate) {
        float[] a = rows[first];
        float[] b = rows[first + 1];
        float[] c = rows[first + 2];
        score(center, a, b, c);
        float forA = gradient(first, count, scores[0], rate);
        float forB = gradient(first + 1, count, scores[1], rate);
        float forC = gradient(first + 2, count, scores[2], rate);
        addScaled(centerGradient, a, b, c, forA, forB, forC, dimension);
        addToEach(a, b, c, center, forA, forB, forC, dimension);
    }

    /** Returns the negative derivative of the loss by the score, times the learning rate. */
    private float gradient(int row, int count, float score, float rate) {
        if (row >= count) {
            return 0f;
        }
        // The loss of a negative is loss(-score), which is loss(score) + score.
        loss += row == 0 ? sigmoid.loss(score) : sigmoid.loss(score) + score;
        return ((row == 0 ? 1f : 0f) - sigmoid.probability(score)) * rate;
    }

    /** Twelve sums at once: an addition takes longer than the time to start the next one. */
    private void score(float[] x, float[] a, float[] b, float[] c) {
        float a0 = 0;
        float a1 = 0;
        float a2 = 0;
        float a3 = 0;
        float b0 = 0;
        float b1 = 0;
        float b2 = 0;
        float b3 = 0;
        float c0 = 0;
        float c1 = 0;
        float c2 = 0;
        float c3 = 0;
        int i = 0;
        for (; i + 3 < dimension; i += 4) {
            float x0 = x[i];
            float x1 = x[i + 1];
            float x2 = x[i + 2];
            float x3 = x[i + 3];
            a0 = Math.fma(x0, a[i], a0);
            b0 = Math.fma(x0, b[i], b0);
            c0 = Math.fma(x0, c[i], c0);
            a1 = Math.fma(x1, a[i + 1], a1);
            b1 = Math.fma(x1, b[i + 1], b1);
            c1 = Math.fma(x1, c[i + 1], c1);
            a2 = Math.fma(x2, a[i + 2], a2);
            b2 = Math.fma(x2, b[i + 2], b2);
            c2 = Math.fma(x2, c[i + 2], c2);
            a3 = Math.fma(x3, a[i + 3], a3);
            b3 = Math.fma(x3, b[i + 3], b3);
            c3 = Math.fma(x3, c[i + 3], c3);
        }
        for (; i < dimension; i++) {
            a0 = Math.fma(x[i], a[i], a0);
            b0 = Math.fma(x[i], b[i], b0);
            c0 = Math.fma(x[i], c[i], c0);
        }
        scores[0] = (a0 + a1) + (a2 + a3);
        scores[1] = (b0 + b1) + (b2 + b3);
        scores[2] = (c0 + c1) + (c2 + c3);
    }

    private static void addScaled(
            float[] to, float[] a, float[] b, float[] c, float ga, float gb, float gc, int n) {
        for (int i = 0; i < n; i++) {
            to[i] += ga * a[i] + gb * b[i] + gc * c[i];
        }
    }

    private static void addToEach(
            float[] a, float[] b, float[] c, float[] x, float ga, float gb, float gc, int n) {
        for (int i = 0; i < n; i++) {
            float value = x[i];
            a[i] += ga * value;
            b[i] += gb * value;
            c[i] += gc * value;
        }
    }

    private static void add(float[] to, float[] what, int n) {
        for (int i = 0; i < n; i++) {
            to[i] += what[i];
        }
    }
}
