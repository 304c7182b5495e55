package io.forestage.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import io.forestage.optim.RowStates.Loaded;
import io.forestage.support.OptionCheck;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Combines several optimisers, each for its own parameters of a block: for example one for a table
 * with sparse gradients and another for the rest.
 *
 * <p><b>Clipping by the global norm</b> scales the gradients of all parameters by one factor, as
 * {@code torch.nn.utils.clip_grad_norm_} does. The norm is computed from all gradients before a
 * step updates its first parameter; rows of the same id are added first. It works only on one
 * device, that of the block's parameters.
 *
 * <p><b>PyTorch.</b> {@code param_groups} of {@code torch.optim.Optimizer}.
 *
 * <p><b>Throws</b> at a step, before anything is changed: {@link IllegalStateException} if a
 * parameter is not the block's, if the global norm is not finite, or for clipping on several
 * devices.
 */
public final class ParameterGroups extends Optimizer implements ResumableOptimizer {

    private final GroupedParameters parameters;
    private final List<RowSparseOptimizer> optimizers;
    private final GroupedParameters.@Nullable GlobalNorm norm;

    private ParameterGroups(Builder builder, Block block, RowSparseOptimizer rest) {
        super(builder);
        parameters = new GroupedParameters(block, List.copyOf(builder.groups), rest);
        Set<RowSparseOptimizer> distinct = new LinkedHashSet<>();
        builder.groups.forEach(group -> distinct.add(group.optimizer()));
        distinct.add(rest);
        optimizers = List.copyOf(distinct);
        norm =
                builder.clipNorm == null
                        ? null
                        : new GroupedParameters.GlobalNorm(parameters, builder.clipNorm);
    }

    /** Returns a new builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void update(String parameterId, NDArray weight, NDArray grad) {
        RowSparseOptimizer optimizer = parameters.optimizer(parameterId);
        float factor = norm == null ? 1f : norm.factor(parameterId, weight);
        optimizer.update(parameterId, weight, grad, factor);
    }

    @Override
    public void saveState(Block block, DataOutputStream out) throws IOException {
        for (RowSparseOptimizer optimizer : optimizers) {
            optimizer.saveState(block, out);
        }
    }

    @Override
    public void loadState(Block block, DataInputStream in, Device... devices) throws IOException {
        List<Loaded> loaded = new ArrayList<>();
        try {
            for (RowSparseOptimizer optimizer : optimizers) {
                loaded.add(optimizer.states().read(block, in, devices));
            }
        } catch (IOException | RuntimeException e) {
            loaded.forEach(Loaded::discard);
            throw e;
        }
        loaded.forEach(Loaded::use);
    }

    /** Closes every group's optimiser. */
    @Override
    public void close() {
        optimizers.forEach(RowSparseOptimizer::close);
    }

    /**
     * Builds {@link ParameterGroups}. Set the other options of DJL's builder, such as {@code
     * optWeightDecays}, on each group's optimiser.
     */
    public static final class Builder extends OptimizerBuilder<Builder> {

        private final List<GroupedParameters.Group> groups = new ArrayList<>();
        private @Nullable Block block;
        private @Nullable RowSparseOptimizer rest;
        private @Nullable Double clipNorm;

        private Builder() {}

        /**
         * Sets the block that is trained.
         *
         * @param block the block that the trainer trains; it need not be initialised yet
         */
        public Builder setBlock(Block block) {
            this.block = block;
            return this;
        }

        /** Sets the optimiser of every parameter that is in no group. */
        public Builder setRest(RowSparseOptimizer optimizer) {
            rest = optimizer;
            return this;
        }

        /**
         * Adds a group: the parameters of a block inside the trained block.
         *
         * @param part the inner block
         * @param optimizer the group's optimiser
         */
        public Builder optGroup(Block part, RowSparseOptimizer optimizer) {
            return optGroup(
                    (name, parameter) -> part.getParameters().values().contains(parameter),
                    optimizer);
        }

        /**
         * Adds a group: the parameters that satisfy a condition and are in no earlier group.
         *
         * @param condition tests a parameter's name in the trained block, and the parameter
         * @param optimizer the group's optimiser
         */
        public Builder optGroup(
                BiPredicate<String, Parameter> condition, RowSparseOptimizer optimizer) {
            groups.add(new GroupedParameters.Group(condition, optimizer));
            return this;
        }

        /**
         * Sets the maximum norm of a step's gradients over all parameters.
         *
         * @param maxNorm more than 0; no clipping when not set
         */
        public Builder optClipNorm(double maxNorm) {
            OptionCheck.requireAboveZero("clipNorm", maxNorm);
            clipNorm = maxNorm;
            return this;
        }

        /**
         * Builds the optimiser.
         *
         * @throws IllegalArgumentException if the block or the optimiser of the rest is missing
         */
        public ParameterGroups build() {
            if (block == null || rest == null) {
                throw new IllegalArgumentException(
                        "%s: expected one, found none".formatted(block == null ? "block" : "rest"));
            }
            return new ParameterGroups(this, block, rest);
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
