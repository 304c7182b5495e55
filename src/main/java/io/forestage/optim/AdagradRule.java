package io.forestage.optim;

import io.forestage.torch.RowUpdates;

/**
 * {@code torch.optim.Adagrad}.
 *
 * @param learningRate of this step, decayed
 * @param epsilon added to the root
 * @param weightDecay the part of a weight that is added to its gradient
 */
record AdagradRule(double learningRate, double epsilon, double weightDecay) implements RestingRule {

    @Override
    public void move(Row row) {
        float[] weight = row.weight;
        float[] gradient = row.gradient;
        float[] sum = row.state[0];
        float negative = (float) -learningRate;
        float small = (float) epsilon;
        float decay = (float) weightDecay;
        for (int i = 0; i < row.size; i++) {
            float g = gradient[i] + decay * weight[i];
            float s = sum[i] + g * g;
            sum[i] = s;
            weight[i] += negative * (g / ((float) Math.sqrt(s) + small));
        }
    }

    @Override
    public RowUpdates.Rule script() {
        return RowUpdates.Rule.ADAGRAD;
    }

    @Override
    public double[] numbers() {
        return new double[] {learningRate, epsilon, weightDecay};
    }
}
