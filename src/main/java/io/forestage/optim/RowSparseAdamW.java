package io.forestage.optim;

/**
 * Adam with decoupled weight decay over sparse gradients, lazily, and over dense ones.
 *
 * <p><b>PyTorch.</b> A dense gradient is {@code torch.optim.AdamW}'s. A sparse one, which PyTorch
 * has nothing for, gives each touched row the very step that {@code AdamW} would, the decay
 * included, and leaves every other row alone: a rare token's row decays as often as it is touched.
 * Where each step touches every row, the two are the same.
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
         * @return the optimiser
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
