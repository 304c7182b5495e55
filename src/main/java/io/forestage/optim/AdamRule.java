package io.forestage.optim;

import io.forestage.support.OptionCheck;
import io.forestage.torch.RowUpdates;
import java.util.List;

/**
 * {@code torch.optim.Adam} and {@code AdamW}: ε is added to the root after its bias correction.
 *
 * @param options the optimiser's
 * @param rate the learning rate with the mean's correction
 * @param root2 the root of the square's correction
 * @param decay the part of a weight that is added to its gradient, Adam's way
 * @param kept the part of itself that a weight keeps, AdamW's way
 */
record AdamRule(Options options, double rate, double root2, double decay, double kept)
        implements UpdateRule.Resting {

    /** Adam's rule of one step, which is numbered from 1. */
    static AdamRule coupled(Options options, double learningRate, int step, double decay) {
        return of(options, learningRate, step, decay, 1);
    }

    /** AdamW's rule of one step, which is numbered from 1. */
    static AdamRule decoupled(Options options, double learningRate, int step, double decay) {
        return of(options, learningRate, step, 0, 1 - learningRate * decay);
    }

    private static AdamRule of(
            Options options, double learningRate, int step, double decay, double kept) {
        double rate = learningRate / options.correction1(step);
        return new AdamRule(options, rate, Math.sqrt(options.correction2(step)), decay, kept);
    }

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
        float negative = (float) -rate;
        float root = (float) root2;
        float keptPart = (float) kept;
        float addedPart = (float) decay;
        for (int i = 0; i < row.size; i++) {
            float g = gradient[i] + addedPart * (weight[i] * keptPart);
            mean[i] = mean[i] * beta1 + fresh1 * g;
            square[i] = square[i] * beta2 + fresh2 * g * g;
        }
        float[] divisor = options.amsgrad() ? greatest(row.state[2], square, row.size) : square;
        for (int i = 0; i < row.size; i++) {
            weight[i] =
                    weight[i] * keptPart
                            + negative * mean[i] / ((float) Math.sqrt(divisor[i]) / root + epsilon);
        }
    }

    private static float[] greatest(float[] greatest, float[] square, int size) {
        for (int i = 0; i < size; i++) {
            greatest[i] = Math.max(greatest[i], square[i]);
        }
        return greatest;
    }

    @Override
    public RowUpdates.Rule script() {
        return options.amsgrad() ? RowUpdates.Rule.AMSGRAD : RowUpdates.Rule.ADAM;
    }

    @Override
    public double[] numbers() {
        return new double[] {
            rate, options.beta1(), options.beta2(), options.epsilon(), root2, decay, kept
        };
    }

    /**
     * The options of the Adam family, checked.
     *
     * @param beta1 the part of the mean of gradients that stays
     * @param beta2 the part of the mean of squares that stays
     * @param epsilon added to the root
     * @param amsgrad whether the root is of the greatest mean of squares so far
     */
    record Options(double beta1, double beta2, double epsilon, boolean amsgrad) {

        Options {
            OptionCheck.requireBelowOne("beta1", beta1);
            OptionCheck.requireBelowOne("beta2", beta2);
            OptionCheck.requireAboveZero("epsilon", epsilon);
        }

        /** The names of what is remembered, PyTorch's. */
        List<String> tables() {
            return amsgrad
                    ? List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
                    : List.of("exp_avg", "exp_avg_sq");
        }

        /** What the mean of gradients is to be divided by, as it started from zero. */
        double correction1(int step) {
            return 1 - StrictMath.pow(beta1, step);
        }

        /** What the mean of squares is to be divided by. */
        double correction2(int step) {
            return 1 - StrictMath.pow(beta2, step);
        }
    }

    /**
     * {@code torch.optim.SparseAdam}, operation by operation: both bias corrections are in the step
     * size, so that ε is added to the root before any correction.
     *
     * @param options the optimiser's
     * @param stepSize the learning rate with both corrections
     */
    record Sparse(AdamRule.Options options, double stepSize) implements UpdateRule.Resting {

        /** The rule of one step, which is numbered from 1. */
        static Sparse of(AdamRule.Options options, double learningRate, int step) {
            double root2 = Math.sqrt(options.correction2(step));
            return new Sparse(options, learningRate * root2 / options.correction1(step));
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
}
