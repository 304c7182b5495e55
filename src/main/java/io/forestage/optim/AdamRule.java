package io.forestage.optim;

import io.forestage.support.OptionCheck;
import io.forestage.torch.RowUpdates;
import java.util.List;

/**
 * {@code torch.optim.Adam} and {@code AdamW}: ε is added to the root after its bias correction.
 *
 * @param options the optimiser's options
 * @param rate the learning rate divided by the mean's bias correction
 * @param root2 the root of the square's bias correction
 * @param decay Adam's weight decay: this factor times the weight is added to the gradient
 * @param kept AdamW's weight decay: the factor of the weight before the step
 */
record AdamRule(Options options, double rate, double root2, double decay, double kept)
        implements UpdateRule.Resting {

    /** Returns Adam's rule of a step; the first step is 1. */
    static AdamRule coupled(Options options, double learningRate, int step, double decay) {
        return of(options, learningRate, step, decay, 1);
    }

    /** Returns AdamW's rule of a step; the first step is 1. */
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
        float[] divisor = options.amsgrad() ? maximum(row.state[2], square, row.size) : square;
        for (int i = 0; i < row.size; i++) {
            weight[i] =
                    weight[i] * keptPart
                            + negative * mean[i] / ((float) Math.sqrt(divisor[i]) / root + epsilon);
        }
    }

    private static float[] maximum(float[] maximum, float[] square, int size) {
        for (int i = 0; i < size; i++) {
            maximum[i] = Math.max(maximum[i], square[i]);
        }
        return maximum;
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
     * The checked options of the Adam family.
     *
     * @param beta1 the decay rate of the mean of gradients
     * @param beta2 the decay rate of the mean of squares
     * @param epsilon the number that is added to the root
     * @param amsgrad whether the root is that of the maximum of the mean of squares so far
     */
    record Options(double beta1, double beta2, double epsilon, boolean amsgrad) {

        Options {
            OptionCheck.requireBelowOne("beta1", beta1);
            OptionCheck.requireBelowOne("beta2", beta2);
            OptionCheck.requireAboveZero("epsilon", epsilon);
        }

        /** Returns PyTorch's names of the state tables. */
        List<String> tables() {
            return amsgrad
                    ? List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
                    : List.of("exp_avg", "exp_avg_sq");
        }

        /**
         * Returns the bias correction of the mean of gradients, a divisor: the mean starts at 0.
         */
        double correction1(int step) {
            return 1 - StrictMath.pow(beta1, step);
        }

        /** Returns the bias correction of the mean of squares, a divisor. */
        double correction2(int step) {
            return 1 - StrictMath.pow(beta2, step);
        }
    }

    /**
     * {@code torch.optim.SparseAdam}, operation by operation: both bias corrections are part of the
     * step size, so ε is added to the uncorrected root.
     *
     * @param options the optimiser's options
     * @param stepSize the learning rate with both bias corrections
     */
    record Sparse(AdamRule.Options options, double stepSize) implements UpdateRule.Resting {

        /** Returns the rule of a step; the first step is 1. */
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
