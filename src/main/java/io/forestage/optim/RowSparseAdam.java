package io.forestage.optim;

/**
 * Adam over sparse gradients, lazily, and over dense ones.
 *
 * <p><b>PyTorch.</b> A sparse gradient is {@code torch.optim.SparseAdam}'s, which leaves mean,
 * square and weight of an untouched row alone; a dense one is {@code torch.optim.Adam}'s. The two
 * add ε at different places there and so they do here. Weight decay and amsgrad are refused with a
 * sparse gradient, which PyTorch gives no option for.
 *
 * <p><b>Source.</b> Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1.
 */
public final class RowSparseAdam extends RowSparseOptimizer {

    private final AdamRule.Options options;

    private RowSparseAdam(Builder builder) {
        super(builder, new RowState.Layout("adam", builder.options().tables(), 0, false));
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
        refuseDecay(sparse);
        if (sparse && options.amsgrad()) {
            throw new IllegalStateException(
                    "amsgrad: expected none with a sparse gradient, as in PyTorch's SparseAdam;"
                            + " RowSparseAdamW has it for the rows that are touched");
        }
        return sparse
                ? AdamRule.Sparse.of(options, learningRate, step)
                : AdamRule.coupled(options, learningRate, step, getWeightDecay());
    }

    /** Builds a {@link RowSparseAdam}. */
    public static final class Builder extends AdamBuilder<Builder> {

        private Builder() {}

        /**
         * Builds the optimiser.
         *
         * @return the optimiser
         * @throws IllegalArgumentException if an option is out of its range
         */
        public RowSparseAdam build() {
            return new RowSparseAdam(this);
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
