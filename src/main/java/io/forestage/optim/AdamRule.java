package io.forestage.optim;

import io.forestage.torch.RowUpdates;

/**
 * {@code torch.optim.Adam} and {@code AdamW}: ε is added to the root after its bias correction.
 *
 * @param options the optimiser's
 * @param learningRate of this step
 * @param step the number of this step, from 1
 * @param coupledDecay the part of a weight that is added to its gradient, Adam's way
 * @param decoupledDecay the part of a weight, times the learning rate, that it loses, AdamW's way
 */
record AdamRule(
        AdamOptions options,
        double learningRate,
        int step,
        double coupledDecay,
        double decoupledDecay)
        implements RestingRule {

    @Override
    public void move(Row row) {
        float[] weight = row.weight;
        float[] gradient = row.gradient;
        float[] mean = row.state[0];
        float[] square = row.state[1];
        float beta1 = (float) options.beta1();
        float beta2 = (float) options.beta2();
        float fresh1 = (float) (1 - options.beta1());
        float fresh2 = (float) (1 - options.beta2());
        float epsilon = (float) options.epsilon();
        float root2 = (float) Math.sqrt(options.correction2(step));
        float negative = (float) (-learningRate / options.correction1(step));
        float kept = (float) (1 - learningRate * decoupledDecay);
        float decay = (float) coupledDecay;
        for (int i = 0; i < row.size; i++) {
            float w = weight[i] * kept;
            float g = gradient[i] + decay * w;
            float m = mean[i] * beta1 + fresh1 * g;
            float v = square[i] * beta2 + fresh2 * g * g;
            mean[i] = m;
            square[i] = v;
            weight[i] = w + negative * m / ((float) Math.sqrt(v) / root2 + epsilon);
        }
    }

    @Override
    public RowUpdates.Rule script() {
        return RowUpdates.Rule.ADAM;
    }

    @Override
    public double[] numbers() {
        return new double[] {
            learningRate / options.correction1(step),
            options.beta1(),
            options.beta2(),
            options.epsilon(),
            Math.sqrt(options.correction2(step)),
            coupledDecay,
            1 - learningRate * decoupledDecay
        };
    }
}
