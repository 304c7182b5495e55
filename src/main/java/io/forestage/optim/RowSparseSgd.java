package io.forestage.optim;

import java.util.List;

/**
 * Stochastic gradient descent with momentum over sparse and dense gradients.
 *
 * <p><b>PyTorch.</b> {@code torch.optim.SGD}, its momentum, dampening and Nesterov's variant
 * included. There a velocity keeps moving its row after the row was last touched, and so it does
 * here: a step costs the rows touched and those that still move, which with momentum μ is those of
 * the last 70 / −ln μ steps or so (with μ ≥ 1 all that were ever touched); a velocity below 2⁻¹⁰⁰
 * is then none. {@link Builder#optLazyMomentum} lets a velocity rest instead while nothing touches
 * its row, at the cost of the rows touched alone. Weight decay is refused with a sparse gradient,
 * as it is there.
 *
 * <p><b>Source.</b> Sutskever et al. 2013, "On the importance of initialization and momentum in
 * deep learning", §2.
 */
public final class RowSparseSgd extends RowSparseOptimizer {

    private final SgdRule.Options options;

    private RowSparseSgd(Builder builder) {
        super(builder, layout(builder));
        options =
                new SgdRule.Options(
                        builder.momentum,
                        builder.dampening,
                        builder.nesterov,
                        builder.lazyMomentum,
                        getWeightDecay());
    }

    /**
     * Starts a new optimiser.
     *
     * @return its builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    UpdateRule rule(boolean sparse, double learningRate, int step, boolean isFirst) {
        refuseDecay(sparse);
        return new SgdRule(options, learningRate, isFirst);
    }

    private static RowState.Layout layout(Builder builder) {
        return new RowState.Layout(
                "sgd",
                builder.momentum == 0 ? List.of() : List.of("momentum_buffer"),
                0,
                !builder.lazyMomentum);
    }

    /** Builds a {@link RowSparseSgd}. */
    public static final class Builder extends RowSparseOptimizer.Builder<Builder> {

        private static final float LEARNING_RATE = 1e-3f;

        private double momentum;
        private double dampening;
        private boolean nesterov;
        private boolean lazyMomentum;

        private Builder() {
            super(LEARNING_RATE);
        }

        /**
         * Sets the part of the velocity that stays from step to step.
         *
         * @param momentum at least 0; 0 when not set. From 1 on, a velocity never comes to rest
         * @return this builder
         */
        public Builder optMomentum(double momentum) {
            this.momentum = momentum;
            return this;
        }

        /**
         * Sets the part of the gradient that does not enter the velocity.
         *
         * @param dampening a finite number; 0 when not set
         * @return this builder
         */
        public Builder optDampening(double dampening) {
            this.dampening = dampening;
            return this;
        }

        /**
         * Takes Nesterov's step, which looks ahead.
         *
         * @param nesterov true for it; needs a momentum and no dampening
         * @return this builder
         */
        public Builder optNesterov(boolean nesterov) {
            this.nesterov = nesterov;
            return this;
        }

        /**
         * Lets a velocity rest while nothing touches its row, which PyTorch does not.
         *
         * @param lazyMomentum true to let it rest; false when not set
         * @return this builder
         */
        public Builder optLazyMomentum(boolean lazyMomentum) {
            this.lazyMomentum = lazyMomentum;
            return this;
        }

        /**
         * Builds the optimiser.
         *
         * @return the optimiser
         * @throws IllegalArgumentException if an option is out of its range
         */
        public RowSparseSgd build() {
            return new RowSparseSgd(this);
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
