package io.forestage.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import io.forestage.support.OptionCheck;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * An optimiser for DJL's {@code Trainer} that takes the sparse gradient of an embedding ({@code
 * optSparse}) and touches no more than the rows in it.
 *
 * <p><b>Cost.</b> A step over a sparse gradient costs what its rows cost, whatever V is; its state
 * is memory that is first used when a row is. On the CPU, float32 is updated in one pass over the
 * rows by several threads; other devices, float64 and strided views take the same arithmetic as
 * native operations. Rows of one id are added in the order in which they occur, and each operation
 * is rounded as IEEE 754 says, so that the same float32 gradients give the same bits on the CPU,
 * whatever the processor and the number of threads. PyTorch rounds some of its own otherwise: its
 * square roots are MKL's on x86-64.
 *
 * <p><b>Dense gradients</b> are taken as well: those of other parameters, and that of a table that
 * also projects to the output. They cost what the parameter costs, in one pass.
 *
 * <p><b>State</b> belongs to the trained parameter and is closed with it at the latest, with {@link
 * #close()} earlier. Steps are counted for each parameter on each device. The file that {@link
 * #saveState} writes lets training go on to the very same bits.
 *
 * <p><b>Throws</b> at a step, before anything is changed: {@link IllegalStateException} for a
 * learning rate that is no number, {@link IllegalArgumentException} for weights that are neither
 * float32 nor float64, and for a sparse gradient of which both dimensions are sparse: its single
 * values say nothing about a row.
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
        if (!(clipGrad < 0)) { // DJL's builder says with −1 that there is none
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

    /** The arithmetic of the next step. */
    abstract UpdateRule rule(boolean sparse, double learningRate, int step, boolean isFirst);

    /** Updates one parameter by its gradient times a factor. */
    final void update(String parameterId, NDArray weight, NDArray grad, float factor) {
        RowState state = states.of(parameterId, weight);
        int step = Math.toIntExact(begin + state.steps() + 1);
        float rate = learningRate.getNewValue(parameterId, step);
        if (!Float.isFinite(rate)) {
            throw new IllegalStateException(
                    "learning rate of step " + step + ": expected a finite number, found " + rate);
        }
        UpdateRule rule = rule(grad.isSparse(), rate, step, state.steps() == 0);
        steps.run(
                rule,
                weight,
                grad,
                state,
                new StepRunner.GradientScale(sign * rescaleGrad * factor, clipValue));
        state.setSteps(state.steps() + 1);
    }

    /** The sum of the squares of a gradient as this optimiser would use it, before any clipping. */
    final double squaredNorm(NDArray grad) {
        return steps.squaredNorm(grad) * rescaleGrad * rescaleGrad;
    }

    final RowStates states() {
        return states;
    }

    /** Refuses weight decay of a sparse gradient, which only the lazy optimiser gives a meaning. */
    final void refuseDecay(boolean sparse) {
        if (sparse && getWeightDecay() != 0) {
            throw new IllegalStateException(
                    "weightDecays: expected 0 with a sparse gradient, as in PyTorch, found "
                            + getWeightDecay()
                            + "; RowSparseAdamW decays the rows that are touched");
        }
    }

    /**
     * The options that all row-sparse optimisers share, beside those of DJL's builder: {@code
     * setRescaleGrad}, {@code optWeightDecays}, and {@code optClipGrad}, which here clips on both
     * sides, after the rows of one id are added.
     *
     * @param <B> the builder itself
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
         * @param learningRateTracker asked for step 1, 2, …; PyTorch's default when not set
         * @return this builder
         */
        public B optLearningRateTracker(ParameterTracker learningRateTracker) {
            learningRate = learningRateTracker;
            return self();
        }

        /**
         * Sets how many threads update rows on the CPU. The bits do not depend on it.
         *
         * @param threads at least 1; the machine's processors when not set
         * @return this builder
         */
        public B optThreads(int threads) {
            if (threads < 1) {
                throw new IllegalArgumentException(
                        "threads: expected at least 1, found " + threads);
            }
            this.threads = threads;
            return self();
        }

        /**
         * Goes up the gradient instead of down, {@code maximize}.
         *
         * @param maximize true to go up; false when not set
         * @return this builder
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

        /** Takes the native operations on the CPU too. */
        B optNativeOperations() {
            isNative = true;
            return self();
        }

        @Override
        protected abstract B self();
    }
}
