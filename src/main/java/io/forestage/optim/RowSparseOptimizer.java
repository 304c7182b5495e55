package io.forestage.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import io.forestage.support.OptionCheck;
import io.forestage.torch.RecordedLookups;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * An optimiser for DJL's {@link ai.djl.training.Trainer} that updates only the rows in the sparse
 * gradient of an embedding ({@code optSparse}, or {@code optFused}, which is faster).
 *
 * <p><b>Cost.</b> The cost of a step with a sparse gradient depends on its rows and not on V;
 * memory of the state is allocated when a row is first updated. On the CPU, float32 is updated in
 * one pass over the rows by several threads. Other devices, float64 and strided views use native
 * operations with the same arithmetic. Rows of the same id are added in the order in which they
 * occur, and each operation is rounded as IEEE 754 requires. So equal float32 gradients give equal
 * bits on the CPU, on any processor and with any number of threads. PyTorch rounds some operations
 * differently: its square roots are MKL's on x86-64.
 *
 * <p><b>Dense gradients</b> are supported too: those of other parameters, and that of a table that
 * also projects to the output. A step with one is a single pass over the parameter.
 *
 * <p><b>State</b> belongs to the trained parameter. It is closed with the parameter, or earlier by
 * {@link #close()}. Steps are counted for each parameter on each device. A training that continues
 * from the file of {@link #saveState} computes the same bits.
 *
 * <p><b>Throws</b> at a step, before anything is changed: {@link IllegalStateException} for a
 * learning rate that is not finite; {@link IllegalArgumentException} for weights that are neither
 * float32 nor float64, and for a gradient that is sparse in both dimensions.
 */
public abstract sealed class RowSparseOptimizer extends Optimizer implements ResumableOptimizer
        permits RowSparseSgd, RowSparseAdagrad, RowSparseAdam, RowSparseAdamW {

    private final ParameterTracker learningRate;
    private final float clipValue;
    private final float sign;
    private final int begin;
    private final StepRunner steps;
    private final RowStates states;

    RowSparseOptimizer(Builder<?> builder, RowState.Layout layout) {
        super(builder);
        learningRate = builder.learningRate;
        clipValue = clipGrad < 0 ? Float.POSITIVE_INFINITY : clipGrad;
        sign = builder.maximize ? -1 : 1;
        begin = builder.begin;
        if (!(clipGrad < 0)) { // in DJL's builder −1 means no clipping
            OptionCheck.requireAtLeastZero("clipGrad", clipGrad);
        }
        OptionCheck.requireFinite("rescaleGrad", rescaleGrad);
        OptionCheck.requireAtLeastZero("weightDecays", getWeightDecay());
        steps = new StepRunner(builder.threads, builder.isNative);
        states = new RowStates(layout, steps);
    }

    @Override
    public final void update(String parameterId, NDArray weight, NDArray grad) {
        update(parameterId, weight, grad, 1f);
    }

    @Override
    public final void saveState(Block block, DataOutputStream out) throws IOException {
        states.save(block, out);
    }

    @Override
    public final void loadState(Block block, DataInputStream in, Device... devices)
            throws IOException {
        states.read(block, in, devices).use();
    }

    @Override
    public final void close() {
        states.close();
    }

    /** Returns the arithmetic of the next step. */
    abstract UpdateRule rule(boolean sparse, double learningRate, int step, boolean isFirst);

    /** Updates a parameter with its gradient, or that of its recorded lookups, times a factor. */
    final void update(String parameterId, NDArray weight, NDArray grad, float factor) {
        RecordedLookups lookups = RecordedLookups.of(weight);
        if (lookups == null) {
            RecordedLookups.requireNoneOfACopy(parameterId, weight);
        }
        RowState state = states.of(parameterId, weight);
        int step = Math.toIntExact(begin + state.steps() + 1);
        float rate = learningRate.getNewValue(parameterId, step);
        if (!Float.isFinite(rate)) {
            throw new IllegalStateException(
                    "learning rate of step %d: expected a finite number, found %s"
                            .formatted(step, rate));
        }
        UpdateRule rule = rule(grad.isSparse(), rate, step, state.steps() == 0);
        steps.run(
                rule,
                weight,
                grad,
                lookups,
                state,
                new StepRunner.GradientScale(sign * rescaleGrad * factor, clipValue));
        state.setSteps(state.steps() + 1);
    }

    /** Returns the sum of squares of a gradient as this optimiser scales it, before clipping. */
    final double squaredNorm(NDArray weight, NDArray grad) {
        return rescaleGrad * rescaleGrad * steps.squaredNorm(weight, grad);
    }

    final RowStates states() {
        return states;
    }

    /**
     * Throws for weight decay with a sparse gradient, which only {@link RowSparseAdamW} supports.
     */
    final void refuseDecay(boolean sparse) {
        if (sparse && getWeightDecay() != 0) {
            throw new IllegalStateException(
                    "weightDecays: expected 0 with a sparse gradient, as in PyTorch, found %s; use RowSparseAdamW, which decays the rows that it updates"
                            .formatted(getWeightDecay()));
        }
    }

    /**
     * The options that all row-sparse optimisers share, in addition to those of DJL's builder:
     * {@code setRescaleGrad}, {@code optWeightDecays}, and {@code optClipGrad}, which here clips
     * positive and negative values, after rows of the same id were added.
     *
     * @param <B> the type of the builder
     */
    public abstract static sealed class Builder<B extends Builder<B>> extends OptimizerBuilder<B>
            permits RowSparseSgd.Builder, RowSparseAdagrad.Builder, AdamBuilder {

        private ParameterTracker learningRate;
        private int begin;
        private int threads = Runtime.getRuntime().availableProcessors();
        private boolean isNative;
        private boolean maximize;

        Builder(float learningRate) {
            this.learningRate = Tracker.fixed(learningRate);
        }

        /**
         * Sets the learning rate of each step.
         *
         * @param learningRateTracker is called with step 1, 2, …; PyTorch's default rate when not
         *     set
         */
        public B optLearningRateTracker(ParameterTracker learningRateTracker) {
            learningRate = learningRateTracker;
            return self();
        }

        /**
         * Sets the number of threads that update rows on the CPU. It does not change the result.
         *
         * @param threads at least 1; the number of processors when not set
         */
        public B optThreads(int threads) {
            if (threads < 1) {
                throw new IllegalArgumentException(
                        "threads: expected at least 1, found %d".formatted(threads));
            }
            this.threads = threads;
            return self();
        }

        /**
         * Maximizes the objective instead of minimizing it, {@code maximize}.
         *
         * @param maximize true to maximize; false when not set
         */
        public B optMaximize(boolean maximize) {
            this.maximize = maximize;
            return self();
        }

        @Override
        public B optBeginNumUpdate(int beginNumUpdate) {
            begin = beginNumUpdate;
            return super.optBeginNumUpdate(beginNumUpdate);
        }

        /** Uses the native operations on the CPU too. */
        B optNativeOperations() {
            isNative = true;
            return self();
        }

        @Override
        protected abstract B self();
    }
}
