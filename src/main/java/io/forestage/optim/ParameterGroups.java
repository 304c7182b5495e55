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
 * Several optimisers as one, each for its own parameters of a block: one for a table with sparse
 * gradients, say, another for the rest.
 *
 * <p><b>Clipping by the global norm</b> scales the gradients of all parameters together, as {@code
 * torch.nn.utils.clip_grad_norm_} does. The norm is taken when a step updates its first parameter,
 * from the gradients of all; rows of one id count as their sum. It works on one device, the one
 * that the block's parameters are on.
 *
 * <p><b>PyTorch.</b> {@code param_groups} of {@code torch.optim.Optimizer}.
 *
 * <p><b>Throws</b> at a step, before anything is changed: {@link IllegalStateException} if a
 * parameter is not the block's, if the global norm is no number, or if it is asked for on several
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

    /**
     * Starts new groups.
     *
     * @return their builder
     */
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
     * Builds {@link ParameterGroups}. What DJL's builder offers beyond this, such as {@code
     * optWeightDecays}, is set on each group's optimiser.
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
         * @param block the whole of it; it need not be initialised yet
         * @return this builder
         */
        public Builder setBlock(Block block) {
            this.block = block;
            return this;
        }

        /**
         * Sets the optimiser of every parameter that no group has.
         *
         * @param optimizer the optimiser
         * @return this builder
         */
        public Builder setRest(RowSparseOptimizer optimizer) {
            rest = optimizer;
            return this;
        }

        /**
         * Adds a group: the parameters of a block inside the trained one.
         *
         * @param part the block
         * @param optimizer its optimiser
         * @return this builder
         */
        public Builder optGroup(Block part, RowSparseOptimizer optimizer) {
            return optGroup(
                    (name, parameter) -> part.getParameters().values().contains(parameter),
                    optimizer);
        }

        /**
         * Adds a group: the parameters that satisfy a condition and are in no group added before.
         *
         * @param condition given a parameter's name in the trained block, and the parameter
         * @param optimizer the group's optimiser
         * @return this builder
         */
        public Builder optGroup(
                BiPredicate<String, Parameter> condition, RowSparseOptimizer optimizer) {
            groups.add(new GroupedParameters.Group(condition, optimizer));
            return this;
        }

        /**
         * Scales the gradients of a step down so that their norm over all parameters is at most
         * this.
         *
         * @param maxNorm more than 0; no clipping when not set
         * @return this builder
         */
        public Builder optClipNorm(double maxNorm) {
            OptionCheck.requireAboveZero("clipNorm", maxNorm);
            clipNorm = maxNorm;
            return this;
        }

        /**
         * Builds the optimiser.
         *
         * @return the optimiser
         * @throws IllegalArgumentException if the block or the optimiser of the rest is missing
         */
        public ParameterGroups build() {
            if (block == null || rest == null) {
                throw new IllegalArgumentException(
                        (block == null ? "block" : "rest") + ": expected one, found none");
            }
            return new ParameterGroups(this, block, rest);
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
