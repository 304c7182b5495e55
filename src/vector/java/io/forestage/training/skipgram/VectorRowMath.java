package io.forestage.training.skipgram;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * With Java's vector module. The four partial sums of a score are the lanes of a vector, and six
 * rows at a time keep the units for fma busy. Updates have no sums over elements: they take the
 * processor's own width.
 */
final class VectorRowMath extends RowMath {

    private static final VectorSpecies<Float> SUMS = FloatVector.SPECIES_128;
    private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;
    private static final int SIX = 2 * GROUP;

    private final int dimension;
    private final float[] centerGradient;

    VectorRowMath(int dimension) {
        this.dimension = dimension;
        centerGradient = new float[dimension];
    }

    @Override
    void score(float[] center, float[][] rows, int count, float[] scores) {
        int first = 0;
        for (; first + SIX <= count; first += SIX) {
            scoreSix(center, rows, first, scores);
        }
        if (first < count) {
            scoreThree(center, rows, first, scores);
        }
    }

    private void scoreSix(float[] x, float[][] rows, int first, float[] scores) {
        float[] a = rows[first];
        float[] b = rows[first + 1];
        float[] c = rows[first + 2];
        float[] d = rows[first + 3];
        float[] e = rows[first + 4];
        float[] f = rows[first + 5];
        FloatVector sumA = FloatVector.zero(SUMS);
        FloatVector sumB = sumA;
        FloatVector sumC = sumA;
        FloatVector sumD = sumA;
        FloatVector sumE = sumA;
        FloatVector sumF = sumA;
        int end = SUMS.loopBound(dimension);
        for (int i = 0; i < end; i += SUMS.length()) {
            FloatVector value = FloatVector.fromArray(SUMS, x, i);
            sumA = value.fma(FloatVector.fromArray(SUMS, a, i), sumA);
            sumB = value.fma(FloatVector.fromArray(SUMS, b, i), sumB);
            sumC = value.fma(FloatVector.fromArray(SUMS, c, i), sumC);
            sumD = value.fma(FloatVector.fromArray(SUMS, d, i), sumD);
            sumE = value.fma(FloatVector.fromArray(SUMS, e, i), sumE);
            sumF = value.fma(FloatVector.fromArray(SUMS, f, i), sumF);
        }
        scores[first] = sum(sumA, x, a, end);
        scores[first + 1] = sum(sumB, x, b, end);
        scores[first + 2] = sum(sumC, x, c, end);
        scores[first + 3] = sum(sumD, x, d, end);
        scores[first + 4] = sum(sumE, x, e, end);
        scores[first + 5] = sum(sumF, x, f, end);
    }

    private void scoreThree(float[] x, float[][] rows, int first, float[] scores) {
        float[] a = rows[first];
        float[] b = rows[first + 1];
        float[] c = rows[first + 2];
        FloatVector sumA = FloatVector.zero(SUMS);
        FloatVector sumB = sumA;
        FloatVector sumC = sumA;
        int end = SUMS.loopBound(dimension);
        for (int i = 0; i < end; i += SUMS.length()) {
            FloatVector value = FloatVector.fromArray(SUMS, x, i);
            sumA = value.fma(FloatVector.fromArray(SUMS, a, i), sumA);
            sumB = value.fma(FloatVector.fromArray(SUMS, b, i), sumB);
            sumC = value.fma(FloatVector.fromArray(SUMS, c, i), sumC);
        }
        scores[first] = sum(sumA, x, a, end);
        scores[first + 1] = sum(sumB, x, b, end);
        scores[first + 2] = sum(sumC, x, c, end);
    }

    /** Adds the elements from {@code end} on to the first sum, then the sums. */
    private float sum(FloatVector sums, float[] x, float[] row, int end) {
        float first = sums.lane(0);
        for (int i = end; i < dimension; i++) {
            first = Math.fma(x[i], row[i], first);
        }
        return (first + sums.lane(1)) + (sums.lane(2) + sums.lane(3));
    }

    @Override
    void update(float[] center, float[][] rows, int count, float[] gradients) {
        if (count == SIX) {
            updateSix(center, rows, gradients);
            return;
        }
        Arrays.fill(centerGradient, 0f);
        for (int i = 0; i < count; i += GROUP) {
            updateThree(center, rows, i, gradients);
        }
        int i = 0;
        for (; i < WIDE.loopBound(dimension); i += WIDE.length()) {
            FloatVector.fromArray(WIDE, center, i)
                    .add(FloatVector.fromArray(WIDE, centerGradient, i))
                    .intoArray(center, i);
        }
        for (; i < dimension; i++) {
            center[i] += centerGradient[i];
        }
    }

    /** The usual five negatives: everything in one pass. */
    private void updateSix(float[] x, float[][] rows, float[] gradients) {
        float[] a = rows[0];
        float[] b = rows[1];
        float[] c = rows[2];
        float[] d = rows[3];
        float[] e = rows[4];
        float[] f = rows[5];
        float forA = gradients[0];
        float forB = gradients[1];
        float forC = gradients[2];
        float forD = gradients[3];
        float forE = gradients[4];
        float forF = gradients[5];
        int i = 0;
        for (; i < WIDE.loopBound(dimension); i += WIDE.length()) {
            FloatVector value = FloatVector.fromArray(WIDE, x, i);
            FloatVector ofA = FloatVector.fromArray(WIDE, a, i);
            FloatVector ofB = FloatVector.fromArray(WIDE, b, i);
            FloatVector ofC = FloatVector.fromArray(WIDE, c, i);
            FloatVector ofD = FloatVector.fromArray(WIDE, d, i);
            FloatVector ofE = FloatVector.fromArray(WIDE, e, i);
            FloatVector ofF = FloatVector.fromArray(WIDE, f, i);
            FloatVector one = ofA.mul(forA).add(ofB.mul(forB)).add(ofC.mul(forC));
            FloatVector two = ofD.mul(forD).add(ofE.mul(forE)).add(ofF.mul(forF));
            ofA.add(value.mul(forA)).intoArray(a, i);
            ofB.add(value.mul(forB)).intoArray(b, i);
            ofC.add(value.mul(forC)).intoArray(c, i);
            ofD.add(value.mul(forD)).intoArray(d, i);
            ofE.add(value.mul(forE)).intoArray(e, i);
            ofF.add(value.mul(forF)).intoArray(f, i);
            // From 0 as the loops: 0 + -0 is 0.
            value.add(FloatVector.zero(WIDE).add(one).add(two)).intoArray(x, i);
        }
        for (; i < dimension; i++) {
            float value = x[i];
            float gradient = 0f + (forA * a[i] + forB * b[i] + forC * c[i]);
            gradient += forD * d[i] + forE * e[i] + forF * f[i];
            a[i] += forA * value;
            b[i] += forB * value;
            c[i] += forC * value;
            d[i] += forD * value;
            e[i] += forE * value;
            f[i] += forF * value;
            x[i] = value + gradient;
        }
    }

    private void updateThree(float[] x, float[][] rows, int first, float[] gradients) {
        float[] a = rows[first];
        float[] b = rows[first + 1];
        float[] c = rows[first + 2];
        float forA = gradients[first];
        float forB = gradients[first + 1];
        float forC = gradients[first + 2];
        int i = 0;
        for (; i < WIDE.loopBound(dimension); i += WIDE.length()) {
            FloatVector value = FloatVector.fromArray(WIDE, x, i);
            FloatVector ofA = FloatVector.fromArray(WIDE, a, i);
            FloatVector ofB = FloatVector.fromArray(WIDE, b, i);
            FloatVector ofC = FloatVector.fromArray(WIDE, c, i);
            FloatVector.fromArray(WIDE, centerGradient, i)
                    .add(ofA.mul(forA).add(ofB.mul(forB)).add(ofC.mul(forC)))
                    .intoArray(centerGradient, i);
            ofA.add(value.mul(forA)).intoArray(a, i);
            ofB.add(value.mul(forB)).intoArray(b, i);
            ofC.add(value.mul(forC)).intoArray(c, i);
        }
        for (; i < dimension; i++) {
            float value = x[i];
            centerGradient[i] += forA * a[i] + forB * b[i] + forC * c[i];
            a[i] += forA * value;
            b[i] += forB * value;
            c[i] += forC * value;
        }
    }
}
