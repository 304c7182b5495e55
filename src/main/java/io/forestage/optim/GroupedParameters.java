package io.forestage.optim;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
}
