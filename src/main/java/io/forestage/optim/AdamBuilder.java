package io.forestage.optim;

/**
 * The options that {@link RowSparseAdam} and {@link RowSparseAdamW} share.
 *
 * @param <B> the type of the builder
 */
public abstract sealed class AdamBuilder<B extends AdamBuilder<B>>
        extends RowSparseOptimizer.Builder<B>
        permits RowSparseAdam.Builder, RowSparseAdamW.Builder {

    private static final float LEARNING_RATE = 1e-3f;

    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double epsilon = 1e-8;
    private boolean amsgrad;

    AdamBuilder() {
        super(LEARNING_RATE);
    }

    /**
     * Sets β₁, the decay rate of the mean of gradients.
     *
     * @param beta1 at least 0 and below 1; 0.9 when not set
     */
    public B optBeta1(double beta1) {
        this.beta1 = beta1;
        return self();
    }

    /**
     * Sets β₂, the decay rate of the mean of squared gradients.
     *
     * @param beta2 at least 0 and below 1; 0.999 when not set
     */
    public B optBeta2(double beta2) {
        this.beta2 = beta2;
        return self();
    }

    /**
     * Sets ε, which is added to the root.
     *
     * @param epsilon more than 0; 1e-8 when not set
     */
    public B optEpsilon(double epsilon) {
        this.epsilon = epsilon;
        return self();
    }

    /**
     * Divides by the maximum of the mean of squares so far, {@code amsgrad}. It needs a third table
     * of the weight's size.
     *
     * @param amsgrad true for the maximum; false when not set
     */
    public B optAmsgrad(boolean amsgrad) {
        this.amsgrad = amsgrad;
        return self();
    }

    final AdamRule.Options options() {
        return new AdamRule.Options(beta1, beta2, epsilon, amsgrad);
    }
}
