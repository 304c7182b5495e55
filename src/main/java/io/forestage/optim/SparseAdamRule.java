package io.forestage.optim;

import io.forestage.torch.RowUpdates;

/**
 * {@code torch.optim.SparseAdam}, operation by operation: both bias corrections are in the step
 * size, so that ε is added to the root before any correction.
 *
 * @param options the optimiser's
 * @param stepSize the learning rate with both corrections
 */
record SparseAdamRule(AdamOptions options, double stepSize) implements RestingRule {

    /** The rule of one step, which is numbered from 1. */
    static SparseAdamRule of(AdamOptions options, double learningRate, int step) {
        double root2 = Math.sqrt(options.correction2(step));
        return new SparseAdamRule(options, learningRate * root2 / options.correction1(step));
    }

    @Override
    public void move(Row row) {
        float[] weight = row.weight;
        float[] gradient = row.gradient;
        float[] mean = row.state[0];
        float[] square = row.state[1];
        float fresh1 = (float) (1 - options.beta1());
        float fresh2 = (float) (1 - options.beta2());
        float epsilon = (float) options.epsilon();
        float negative = (float) -stepSize;
        for (int i = 0; i < row.size; i++) {
            float g = gradient[i];
            float m = mean[i] + (g - mean[i]) * fresh1;
            float v = square[i] + (g * g - square[i]) * fresh2;
            mean[i] = m;
            square[i] = v;
            weight[i] += negative * (m / ((float) Math.sqrt(v) + epsilon));
        }
    }

    @Override
    public RowUpdates.Rule script() {
        return RowUpdates.Rule.SPARSE_ADAM;
    }

    @Override
    public double[] numbers() {
        return new double[] {stepSize, options.beta1(), options.beta2(), options.epsilon()};
    }
}
