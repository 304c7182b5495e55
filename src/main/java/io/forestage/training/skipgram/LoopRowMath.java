package io.forestage.training.skipgram;

import java.util.Arrays;

/**
 * In plain loops. The JIT compiler turns the updates into vector instructions. It cannot vectorise
 * a sum of floats, since Java fixes its order. So three scores are computed at once, with four
 * partial sums each, which keeps the processor's units for {@link Math#fma} busy. Measured at D =
 * 128, this takes three quarters of the time of vectorised products that are added up afterwards,
 * as the ends of many short loops cost more than vectors gain.
 */
final class LoopRowMath extends RowMath {

    private final int dimension;
    private final float[] centerGradient;

    LoopRowMath(int dimension) {
        this.dimension = dimension;
        centerGradient = new float[dimension];
    }

    @Override
    void score(float[] center, float[][] rows, int count, float[] scores) {
        for (int first = 0; first < count; first += GROUP) {
            score(center, rows[first], rows[first + 1], rows[first + 2], scores, first);
        }
    }

    /** Twelve sums at once: an addition takes longer than the time to start the next one. */
    private void score(float[] x, float[] a, float[] b, float[] c, float[] scores, int first) {
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
        scores[first] = (a0 + a1) + (a2 + a3);
        scores[first + 1] = (b0 + b1) + (b2 + b3);
        scores[first + 2] = (c0 + c1) + (c2 + c3);
    }

    @Override
    void update(float[] center, float[][] rows, int count, float[] gradients) {
        Arrays.fill(centerGradient, 0f);
        for (int i = 0; i < count; i += GROUP) {
            float[] a = rows[i];
            float[] b = rows[i + 1];
            float[] c = rows[i + 2];
            float forA = gradients[i];
            float forB = gradients[i + 1];
            float forC = gradients[i + 2];
            addScaled(centerGradient, a, b, c, forA, forB, forC, dimension);
            addToEach(a, b, c, center, forA, forB, forC, dimension);
        }
        add(center, centerGradient, dimension);
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
