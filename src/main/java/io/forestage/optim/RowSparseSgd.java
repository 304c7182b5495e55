package io.forestage.optim;

import java.util.List;

/**
 * Stochastic gradient descent with momentum for sparse and dense gradients.
 *
 * <p><b>PyTorch.</b> {@code torch.optim.SGD} with momentum, dampening and Nesterov's variant. As
 * there, the velocity keeps moving a row in steps without a gradient for it. So a step updates the
 * gradient's rows and all rows that still move: with momentum μ about those of the last 70 / −ln μ
 * steps, and with μ ≥ 1 all that ever had a gradient. A velocity below 2⁻¹⁰⁰ is set to 0. {@link
 * Builder#optLazyMomentum} updates the gradient's rows only. As in PyTorch, weight decay is refused
 * with a sparse gradient.
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

    /** Returns a new builder. */
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
         * Sets μ, the factor of the velocity in each step.
         *
         * @param momentum at least 0; 0 when not set. With 1 or more a velocity never becomes 0
         */
        public Builder optMomentum(double momentum) {
            this.momentum = momentum;
            return this;
        }

        /**
         * Sets the dampening: 1 minus the factor of the gradient in the velocity.
         *
         * @param dampening a finite number; 0 when not set
         */
        public Builder optDampening(double dampening) {
            this.dampening = dampening;
            return this;
        }

        /**
         * Uses Nesterov's momentum.
         *
         * @param nesterov true to use it, which requires a momentum and no dampening; false when
         *     not set
         */
        public Builder optNesterov(boolean nesterov) {
            this.nesterov = nesterov;
            return this;
        }

        /**
         * Leaves a row and its velocity unchanged in steps without a gradient for it, unlike
         * PyTorch.
         *
         * @param lazyMomentum true for lazy momentum; false when not set
         */
        public Builder optLazyMomentum(boolean lazyMomentum) {
            this.lazyMomentum = lazyMomentum;
            return this;
        }

        /**
         * Builds the optimiser.
         *
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
