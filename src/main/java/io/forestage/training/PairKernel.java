package io.forestage.training;

import java.util.Arrays;

/**
 * One step of stochastic gradient descent for one center, one context and its negatives: all the
 * arithmetic of skip-gram (Mikolov et al. 2013b, equation 4).
 *
 * <p>The loops are of the plain kind that the JIT compiler turns into vector instructions: each
 * array is read at the loop's own index, or a constant distance from it. It does not do so with a
 * sum of floats, whose order Java fixes; so products go into scratch arrays that are folded in
 * four, again and again. Rows are taken three at a time, which reads the center a third as often;
 * with more, registers run out.
 *
 * <p>The rows of one step have to be different arrays.
 */
final class PairKernel {

    private static final int GROUP = 3;

    /** Shorter sums are not worth a loop of vectors. */
    private static final int SHORTEST_FOLD = 32;

    private final Logistic logistic;
    private final int dimension;
    private final float[][] products;
    private final float[] centerGradient;

    /** The rows of a step: its context first, then negatives, then spare ones up to full groups. */
    private final float[][] rows;

    private final float[][] spare;
    private double loss;

    PairKernel(Logistic logistic, int dimension, int negatives) {
        this.logistic = logistic;
        this.dimension = dimension;
        products = new float[GROUP][dimension];
        centerGradient = new float[dimension];
        rows = new float[negatives + GROUP][];
        spare = new float[GROUP - 1][dimension];
    }

    /** Sets a row of the next step: 0 is the context, the others are negatives. */
    void setRow(int index, float[] row) {
        rows[index] = row;
    }

    /** Moves the center and the first so many rows. */
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

    /** The loss of all steps so far, each at the weights that it found. */
    double loss() {
        return loss;
    }

    private void stepGroup(float[] center, int first, int count, float rate) {
        float[] a = rows[first];
        float[] b = rows[first + 1];
        float[] c = rows[first + 2];
        multiply(products[0], products[1], products[2], center, a, b, c, dimension);
        int length = dimension;
        while (length % 4 == 0 && length > SHORTEST_FOLD) {
            length /= 4;
            fold(products[0], products[1], products[2], length);
        }
        float forA = gradient(first, count, sum(products[0], length), rate);
        float forB = gradient(first + 1, count, sum(products[1], length), rate);
        float forC = gradient(first + 2, count, sum(products[2], length), rate);
        addScaled(centerGradient, a, b, c, forA, forB, forC, dimension);
        addToEach(a, b, c, center, forA, forB, forC, dimension);
    }

    /** The learning rate times what the loss falls by for each unit that the score rises. */
    private float gradient(int row, int count, float score, float rate) {
        if (row >= count) {
            return 0f;
        }
        // Of a negative it is the loss of -score, which is the same but for the score itself.
        loss += row == 0 ? logistic.loss(score) : logistic.loss(score) + score;
        return ((row == 0 ? 1f : 0f) - logistic.probability(score)) * rate;
    }

    private static void multiply(
            float[] pa, float[] pb, float[] pc, float[] x, float[] a, float[] b, float[] c, int n) {
        for (int i = 0; i < n; i++) {
            float value = x[i];
            pa[i] = value * a[i];
            pb[i] = value * b[i];
            pc[i] = value * c[i];
        }
    }

    private static void fold(float[] a, float[] b, float[] c, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = (a[i] + a[i + n]) + (a[i + 2 * n] + a[i + 3 * n]);
            b[i] = (b[i] + b[i + n]) + (b[i + 2 * n] + b[i + 3 * n]);
            c[i] = (c[i] + c[i + n]) + (c[i + 2 * n] + c[i + 3 * n]);
        }
    }

    /** Four sums side by side, as an addition takes longer than it takes to start the next. */
    private static float sum(float[] a, int n) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            s0 += a[i];
            s1 += a[i + 1];
            s2 += a[i + 2];
            s3 += a[i + 3];
        }
        for (; i < n; i++) {
            s0 += a[i];
        }
        return (s0 + s1) + (s2 + s3);
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
