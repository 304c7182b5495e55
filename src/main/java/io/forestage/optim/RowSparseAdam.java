package io.forestage.optim;

/**
 * Lazy Adam for sparse gradients, and Adam for dense ones.
 *
 * <p><b>PyTorch.</b> With a sparse gradient, {@code torch.optim.SparseAdam}: a row without a
 * gradient keeps its mean, square and weight. With a dense one, {@code torch.optim.Adam}. As there,
 * SparseAdam adds ε before the bias correction, and Adam after it. Weight decay and amsgrad are
 * refused with a sparse gradient; PyTorch's SparseAdam has no such options.
 *
 * <p><b>Source.</b> Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1.
 */
public final class RowSparseAdam extends RowSparseOptimizer {

    private final AdamRule.Options options;

    private RowSparseAdam(Builder builder) {
        super(builder, new RowState.Layout("adam", builder.options().tables(), 0, false));
        options = builder.options();
    }

    /** Returns a new builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    UpdateRule rule(boolean sparse, double learningRate, int step, boolean isFirst) {
        refuseDecay(sparse);
        if (sparse && options.amsgrad()) {
            throw new IllegalStateException(
                    "amsgrad: expected false with a sparse gradient, as in PyTorch's SparseAdam,"
                            + " found true; use RowSparseAdamW");
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
