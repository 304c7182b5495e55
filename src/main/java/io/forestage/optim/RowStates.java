package io.forestage.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import io.forestage.support.Quoted;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An optimiser's state of each parameter on each device. */
final class RowStates implements AutoCloseable {

    private final RowState.Layout layout;
    private final StepRunner steps;
    private final Map<Key, RowState> states = new LinkedHashMap<>();
    private boolean closed;

    RowStates(RowState.Layout layout, StepRunner steps) {
        this.layout = layout;
        this.steps = steps;
    }

    /** Returns the state of a weight, a new one if there is none. */
    RowState of(String id, NDArray weight) {
        requireOpen();
        RowState state =
                states.computeIfAbsent(
                        new Key(id, weight.getDevice()),
                        key -> create(weight, weight.getManager(), key.device()));
        if (!state.isOpen() || !state.shape().equals(weight.getShape())) {
            throw new IllegalStateException(
                    "parameter %s: %s; make a new optimiser for it"
                            .formatted(
                                    id,
                                    state.isOpen()
                                            ? "expected shape %s, that of its state, found %s"
                                                    .formatted(state.shape(), weight.getShape())
                                            : "expected an open state, found one that was closed"
                                                    + " with its model"));
        }
        return state;
    }

    RowState.Layout layout() {
        return layout;
    }

    void save(Block block, DataOutputStream out) throws IOException {
        requireOpen();
        Map<String, RowState> named = new LinkedHashMap<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            String id = parameter.getValue().getId();
            RowState state = any(id);
            if (state != null && names.putIfAbsent(id, parameter.getKey()) == null) {
                named.put(parameter.getKey(), state);
            }
        }
        new StateFile.Writer(layout, out).write(named);
    }

    /** Reads states, which take effect with {@link Loaded#use}. */
    Loaded read(Block block, DataInputStream in, Device... devices) throws IOException {
        requireOpen();
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            parameters.put(parameter.getKey(), parameter.getValue());
        }
        Map<Key, RowState> loaded = new LinkedHashMap<>();
        try {
            new StateFile.Reader(layout, in)
                    .read(
                            (name, shape, type) -> {
                                Parameter parameter = parameters.get(name);
                                if (parameter == null) {
                                    throw new OptimizerStateException(
                                            "parameter of the saved state: expected one of %s, found %s; load it for the block that it was saved from"
                                                    .formatted(
                                                            Quoted.cut(
                                                                    parameters.keySet().toString()),
                                                            Quoted.cut(name)));
                                }
                                return add(loaded, name, parameter, shape, type, devices);
                            });
        } catch (IOException | RuntimeException e) {
            loaded.values().forEach(RowState::close);
            throw e;
        }
        return new Loaded(this, loaded);
    }

    /** States that were read, and the optimiser that can take them over. */
    record Loaded(RowStates target, Map<Key, RowState> read) {

        void use() {
            target.states.values().forEach(RowState::close);
            target.states.clear();
            target.states.putAll(read);
        }

        void discard() {
            read.values().forEach(RowState::close);
        }
    }

    /** Adds empty states of a parameter, one for each device. */
    private RowState[] add(
            Map<Key, RowState> loaded,
            String name,
            Parameter parameter,
            Shape shape,
            DataType type,
            Device... devices)
            throws OptimizerStateException {
        NDArray weight = parameter.getArray();
        if (!weight.getShape().equals(shape) || weight.getDataType() != type) {
            throw new OptimizerStateException(
                    "%s in the saved state: expected %s %s, found %s %s; load it for the block that it was saved from"
                            .formatted(name, weight.getDataType(), weight.getShape(), type, shape));
        }
        Device[] targets = devices.length == 0 ? new Device[] {weight.getDevice()} : devices;
        RowState[] added = new RowState[targets.length];
        for (int i = 0; i < targets.length; i++) {
            added[i] = create(weight, weight.getManager(), targets[i]);
            RowState duplicate = loaded.put(new Key(parameter.getId(), targets[i]), added[i]);
            if (duplicate != null) {
                duplicate.close();
                throw new OptimizerStateException(
                        "saved state: expected each parameter once, found %s twice"
                                .formatted(Quoted.cut(name)));
            }
        }
        return added;
    }

    private RowState create(NDArray weight, NDManager parent, Device device) {
        RowState state =
                new RowState(
                        parent.newSubManager(device),
                        weight.getShape(),
                        weight.getDataType(),
                        layout,
                        steps.updatesInJava(weight.getDataType(), device));
        // After the state is allocated, because isContiguous may load the native operations.
        // Allocated
        // between weights and state, they would fragment the memory that a closed model frees.
        if (state.isInJava() && !steps.isContiguous(weight)) {
            state.useNativeOperations();
        }
        return state;
    }

    private @Nullable RowState any(String id) {
        return states.entrySet().stream()
                .filter(entry -> entry.getKey().id().equals(id))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "optimiser: expected an open one, found a closed one; make a new one");
        }
    }

    @Override
    public void close() {
        closed = true;
        states.values().forEach(RowState::close);
        states.clear();
    }

    record Key(String id, Device device) {}
}
