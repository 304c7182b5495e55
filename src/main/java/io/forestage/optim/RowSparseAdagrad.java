package io.forestage.optim;

import io.forestage.support.OptionCheck;
import io.forestage.torch.RowUpdates;
import java.util.List;

/**
 * Adagrad for sparse and dense gradients.
 *
 * <p><b>PyTorch.</b> {@code torch.optim.Adagrad} with all its options. As there, weight decay is
 * refused with a sparse gradient.
 *
 * <p><b>Source.</b> Duchi et al. 2011, "Adaptive Subgradient Methods for Online Learning and
 * Stochastic Optimization", the diagonal case of §1.1.
 */
public final class RowSparseAdagrad extends RowSparseOptimizer {

    private final double learningRateDecay;
    private final double epsilon;
    private final double initialAccumulatorValue;

    private RowSparseAdagrad(Builder builder) {
        super(
                builder,
                new RowState.Layout(
                        "adagrad", List.of("sum"), (float) builder.initialAccumulatorValue, false));
        learningRateDecay = builder.learningRateDecay;
        epsilon = builder.epsilon;
        initialAccumulatorValue = builder.initialAccumulatorValue;
        OptionCheck.requireAtLeastZero("learningRateDecay", learningRateDecay);
        OptionCheck.requireAtLeastZero("epsilon", epsilon);
        OptionCheck.requireAtLeastZero("initialAccumulatorValue", initialAccumulatorValue);
    }

    /** Returns a new builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    UpdateRule rule(boolean sparse, double learningRate, int step, boolean isFirst) {
        refuseDecay(sparse);
        double decayed = learningRate / (1 + (step - 1) * learningRateDecay);
        return new Rule(decayed, epsilon, getWeightDecay());
    }

    /** Builds a {@link RowSparseAdagrad}. */
    public static final class Builder extends RowSparseOptimizer.Builder<Builder> {

        private static final float LEARNING_RATE = 1e-2f;

        private double learningRateDecay;
        private double epsilon = 1e-10;
        private double initialAccumulatorValue;

        private Builder() {
            super(LEARNING_RATE);
        }

        /**
         * Divides the learning rate by 1 + this × (step − 1), {@code lr_decay}.
         *
         * @param learningRateDecay at least 0; 0 when not set
         */
        public Builder optLearningRateDecay(double learningRateDecay) {
            this.learningRateDecay = learningRateDecay;
            return this;
        }

        /**
         * Sets ε, which is added to the root, {@code eps}.
         *
         * @param epsilon at least 0; 1e-10 when not set
         */
        public Builder optEpsilon(double epsilon) {
            this.epsilon = epsilon;
            return this;
        }

        /**
         * Sets the initial value of each sum of squares, {@code initial_accumulator_value}.
         *
         * @param initialAccumulatorValue at least 0; 0 when not set
         */
        public Builder optInitialAccumulatorValue(double initialAccumulatorValue) {
            this.initialAccumulatorValue = initialAccumulatorValue;
            return this;
        }

        /**
         * Builds the optimiser.
         *
         * @throws IllegalArgumentException if an option is out of its range
         */
        public RowSparseAdagrad build() {
            return new RowSparseAdagrad(this);
        }

        @Override
        protected Builder self() {
            return this;
        }
    }

    /**
     * {@code torch.optim.Adagrad}.
     *
     * @param learningRate the learning rate of this step, decayed
     * @param epsilon the number that is added to the root
     * @param weightDecay this factor times the weight is added to the gradient
     */
    record Rule(double learningRate, double epsilon, double weightDecay)
            implements UpdateRule.Resting {

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
}
