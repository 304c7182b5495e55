package io.forestage.optim;

/**
 * Adam with decoupled weight decay, lazy for sparse gradients, and for dense ones.
 *
 * <p><b>PyTorch.</b> With a dense gradient, {@code torch.optim.AdamW}. With a sparse one, for which
 * PyTorch has no counterpart, each row in the gradient gets {@code AdamW}'s step with its weight
 * decay, and other rows do not change: the row of a rare token decays only in steps that update it.
 * If each step updates every row, both are the same.
 *
 * <p><b>Source.</b> Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", algorithm
 * 2.
 */
public final class RowSparseAdamW extends RowSparseOptimizer {

    private final AdamRule.Options options;

    private RowSparseAdamW(Builder builder) {
        super(builder, new RowState.Layout("adamw", builder.options().tables(), 0, false));
        options = builder.options();
    }

    /** Returns a new builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    UpdateRule rule(boolean sparse, double learningRate, int step, boolean isFirst) {
        return AdamRule.decoupled(options, learningRate, step, getWeightDecay());
    }

    /** Builds a {@link RowSparseAdamW}; {@code optWeightDecays} is 0.01 when not set. */
    public static final class Builder extends AdamBuilder<Builder> {

        private static final float WEIGHT_DECAY = 0.01f;

        private Builder() {
            optWeightDecays(WEIGHT_DECAY);
        }

        /**
         * Builds the optimiser.
         *
         * @throws IllegalArgumentException if an option is out of its range
         */
        public RowSparseAdamW build() {
            return new RowSparseAdamW(this);
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
