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

/** A block's parameters by their ids, each with the optimiser of its group. */
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
            members = read(); // the block may have been changed, a table resized for one
            member = members.get(id);
        }
        if (member == null) {
            throw new IllegalStateException(
                    "parameter "
                            + id
                            + ": expected one of the block of these groups, found another; give"
                            + " setBlock the block that the trainer trains");
        }
        return member;
    }

    /** The parameters that train now, each once. */
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
     * The factor that keeps the norm of all gradients of a step at a maximum.
     *
     * <p>DJL updates one parameter after the other and says nothing about where a step begins. A
     * step begins here with the first update of a parameter that was updated since the last
     * beginning, or when every parameter was; at that moment no gradient of the step has been used
     * up yet.
     */
    static final class GlobalNorm {

        /** PyTorch's, against division by zero. */
        private static final double SMALL = 1e-6;

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
                try (NDArray gradient = member.parameter().getArray().getGradient()) {
                    squares += member.optimizer().squaredNorm(gradient);
                }
            }
            double norm = Math.sqrt(squares);
            if (!Double.isFinite(norm)) {
                throw new IllegalStateException(
                        "norm of all gradients: expected a finite number, found "
                                + norm
                                + "; the loss diverged, so nothing was updated");
            }
            return (float) Math.min(1, maximum / (norm + SMALL));
        }

        private void requireOneDevice(String id, Device device) {
            Device own = parameters.member(id).parameter().getArray().getDevice();
            if (!own.equals(device)) {
                throw new IllegalStateException(
                        "clipNorm: expected training on "
                                + own
                                + " alone, where the block's parameters are, found an update on "
                                + device);
            }
        }
    }
}
