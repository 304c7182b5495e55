package io.forestage.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import io.forestage.optim.GroupedParameters.Member;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/** A block's parameters by id, each with the optimiser of its group. */
final class GroupedParameters {

    private final Block block;
    private final List<Group> groups;
    private final RowSparseOptimizer rest;
    private Map<String, Member> members = Map.of();

    GroupedParameters(Block block, List<Group> groups, RowSparseOptimizer rest) {
        this.block = block;
        this.groups = groups;
        this.rest = rest;
    }

    /** Parameters that share an optimiser. */
    record Group(BiPredicate<String, Parameter> condition, RowSparseOptimizer optimizer) {}

    /** A parameter and its optimiser. */
    record Member(Parameter parameter, RowSparseOptimizer optimizer) {}

    RowSparseOptimizer optimizer(String id) {
        return member(id).optimizer();
    }

    Member member(String id) {
        Member member = members.get(id);
        if (member == null) {
            members = read(); // the block may have changed: a resized table is a new parameter
            member = members.get(id);
        }
        if (member == null) {
            throw new IllegalStateException(
                    "parameter %s: expected one of the block of these groups, found another; call setBlock with the block that the trainer trains"
                            .formatted(id));
        }
        return member;
    }

    /** Returns the parameters that are trained now, each once. */
    Map<String, Member> trainable() {
        members = read();
        Map<String, Member> trainable = new LinkedHashMap<>(members);
        trainable.values().removeIf(member -> !member.parameter().requiresGradient());
        return trainable;
    }

    private Map<String, Member> read() {
        Map<String, Member> read = new LinkedHashMap<>();
        for (Pair<String, Parameter> named : block.getParameters()) {
            Parameter parameter = named.getValue();
            read.putIfAbsent(
                    parameter.getId(),
                    new Member(
                            parameter,
                            groups.stream()
                                    .filter(g -> g.condition().test(named.getKey(), parameter))
                                    .map(Group::optimizer)
                                    .findFirst()
                                    .orElse(rest)));
        }
        return read;
    }

    /**
     * Computes the factor that limits the norm of all gradients of a step.
     *
     * <p>DJL updates one parameter after the other and does not report where a step starts. Here a
     * new step starts when a parameter is updated a second time, or when all parameters have been
     * updated. At that time every gradient of the step is still there.
     */
    static final class GlobalNorm {

        /** Avoids a division by zero; PyTorch's value. */
        private static final double EPSILON = 1e-6;

        private final GroupedParameters parameters;
        private final double maximum;
        private final Set<String> notUpdated = new HashSet<>();
        private float factor;

        GlobalNorm(GroupedParameters parameters, double maximum) {
            this.parameters = parameters;
            this.maximum = maximum;
        }

        float factor(String id, NDArray weight) {
            requireOneDevice(id, weight.getDevice());
            if (!notUpdated.remove(id)) {
                factor = newFactor();
                notUpdated.addAll(parameters.trainable().keySet());
                notUpdated.remove(id);
            }
            return factor;
        }

        private float newFactor() {
            notUpdated.clear();
            double squares = 0;
            for (Member member : parameters.trainable().values()) {
                NDArray weight = member.parameter().getArray();
                try (NDArray gradient = weight.getGradient()) {
                    squares += member.optimizer().squaredNorm(weight, gradient);
                }
            }
            double norm = Math.sqrt(squares);
            if (!Double.isFinite(norm)) {
                throw new IllegalStateException(
                        "norm of all gradients: expected a finite number, found %s; the loss has diverged, and nothing was updated; lower the learning rate"
                                .formatted(norm));
            }
            return (float) Math.min(1, maximum / (norm + EPSILON));
        }

        private void requireOneDevice(String id, Device device) {
            Device own = parameters.member(id).parameter().getArray().getDevice();
            if (!own.equals(device)) {
                throw new IllegalStateException(
                        "clipNorm: expected training only on %s, where the block's parameters are, found an update on %s; train on one device or without clipNorm"
                                .formatted(own, device));
            }
        }
    }
}
