package io.forestage.training.skipgram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A step compared with the numeric gradient of the objective, in float64. */
class PairKernelTest {

    private static final float RATE = 0.5f;

    /** The error of float32 and the tables, for a rate times a gradient of about 1. */
    private static final double TOLERANCE = 2e-5;

    private static final double DELTA = 1e-5;

    private final Random random = new Random(5);

    @ParameterizedTest(name = "D = {0}, {1} rows")
    @CsvSource({"1, 2", "7, 1", "16, 3", "64, 4", "100, 6", "128, 6", "130, 7", "300, 9"})
    void aStepFollowsTheNegativeGradientOfTheLoss(int dimension, int count) {
        float[] center = row(dimension);
        float[][] rows = new float[count][];
        PairKernel kernel = new PairKernel(new SigmoidTable(), dimension, count - 1);
        for (int i = 0; i < count; i++) {
            rows[i] = row(dimension);
        }
        double[] weights = weights(center, rows);
        double[] expected = weights.clone();
        for (int i = 0; i < weights.length; i++) {
            double[] more = weights.clone();
            double[] less = weights.clone();
            more[i] += DELTA;
            less[i] -= DELTA;
            double slope =
                    (loss(more, dimension, count) - loss(less, dimension, count)) / (2 * DELTA);
            expected[i] -= RATE * slope;
        }

        // Two steps: the second one would show state that the first one leaves in the kernel.
        step(kernel, row(dimension), rows(count, dimension));
        double before = kernel.loss();
        step(kernel, center, rows);

        assertThat(weights(center, rows)).containsExactly(expected, within(TOLERANCE));
        assertThat(kernel.loss() - before)
                .isCloseTo(loss(weights, dimension, count), within(TOLERANCE * count));
    }

    @Test
    void aStepWithNotANumberHasNoFiniteLoss() {
        PairKernel kernel = new PairKernel(new SigmoidTable(), 4, 1);
        step(kernel, new float[] {1, Float.NaN, 0, 0}, rows(2, 4));

        assertThat(kernel.loss()).isNaN();
    }

    @Test
    void theLogisticFunctionIsWithinItsTolerance() {
        SigmoidTable sigmoid = new SigmoidTable();
        for (double x = -40; x < 40; x += 0.00137) {
            float score = (float) x;
            assertThat((double) sigmoid.probability(score))
                    .isCloseTo(1 / (1 + Math.exp(-score)), within(1e-5));
            assertThat((double) sigmoid.loss(score))
                    .isCloseTo(Math.log1p(Math.exp(-score)), within(1e-5));
        }
    }

    private static void step(PairKernel kernel, float[] center, float[][] rows) {
        for (int i = 0; i < rows.length; i++) {
            kernel.setRow(i, rows[i]);
        }
        kernel.step(center, rows.length, RATE);
    }

    private float[][] rows(int count, int dimension) {
        float[][] rows = new float[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = row(dimension);
        }
        return rows;
    }

    private float[] row(int dimension) {
        float[] row = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            row[i] = (random.nextFloat() * 4 - 2) / (float) Math.sqrt(dimension);
        }
        return row;
    }

    private static double[] weights(float[] center, float[][] rows) {
        double[] weights = new double[center.length * (rows.length + 1)];
        int i = 0;
        for (float value : center) {
            weights[i++] = value;
        }
        for (float[] row : rows) {
            for (float value : row) {
                weights[i++] = value;
            }
        }
        return weights;
    }

    private static double loss(double[] weights, int dimension, int count) {
        double loss = 0;
        for (int row = 1; row <= count; row++) {
            double score = 0;
            for (int i = 0; i < dimension; i++) {
                score += weights[i] * weights[row * dimension + i];
            }
            loss += Math.log1p(Math.exp(row == 1 ? -score : score));
        }
        return loss;
    }
}
