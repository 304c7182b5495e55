package io.forestage.training.skipgram;

/**
 * The logistic function and its loss by linear interpolation in tables: within 1e-5 of the true
 * values and the same bits on every machine. A NaN stays NaN.
 */
final class SigmoidTable {

    /** Beyond ± this, the functions hardly differ from their limits in float32. */
    private static final float END = 16f;

    private static final int STEPS_PER_UNIT = 64;

    private static final int STEPS = ((int) (2 * END)) * STEPS_PER_UNIT;

    private final float[] probability = new float[STEPS + 2];
    private final float[] loss = new float[STEPS + 2];

    SigmoidTable() {
        for (int i = 0; i < probability.length; i++) {
            double x = (double) i / STEPS_PER_UNIT - END;
            probability[i] = (float) (1 / (1 + StrictMath.exp(-x)));
            loss[i] = (float) StrictMath.log1p(StrictMath.exp(-x));
        }
    }

    /** Returns 1 / (1 + exp(-x)). */
    float probability(float x) {
        return interpolate(probability, position(x));
    }

    /** Returns -log(1 / (1 + exp(-x))). */
    float loss(float x) {
        return x < -END ? -x : interpolate(loss, position(x));
    }

    /** Compares, as Math.min and Math.max cost several times as much. */
    private static float position(float x) {
        if (x > END) {
            return STEPS;
        }
        return x < -END ? 0f : (x + END) * STEPS_PER_UNIT;
    }

    private static float interpolate(float[] table, float position) {
        int i = (int) position;
        return table[i] + (position - i) * (table[i + 1] - table[i]);
    }
}
