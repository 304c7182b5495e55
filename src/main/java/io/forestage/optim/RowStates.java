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

/** The state of every parameter on every device that an optimiser updates. */
final class RowStates implements AutoCloseable {

    private final RowState.Layout layout;
    private final StepRunner steps;
    private final Map<Key, RowState> states = new LinkedHashMap<>();
    private boolean closed;

    RowStates(RowState.Layout layout, StepRunner steps) {
        this.layout = layout;
        this.steps = steps;
    }

    /** The state of a weight, new if there is none. */
    RowState of(String id, NDArray weight) {
        requireOpen();
        RowState state =
                states.computeIfAbsent(
                        new Key(id, weight.getDevice()),
                        key -> create(weight, weight.getManager(), key.device()));
        if (!state.isOpen() || !state.shape().equals(weight.getShape())) {
            throw new IllegalStateException(
                    "parameter "
                            + id
                            + (state.isOpen()
                                    ? ": expected the shape of its state "
                                            + state.shape()
                                            + ", found "
                                            + weight.getShape()
                                    : ": its state was closed together with its model")
                            + "; make a new optimiser for it");
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

    /** Reads states that are not used yet. */
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
                                            "parameter of the saved state: expected one of "
                                                    + Quoted.cut(parameters.keySet().toString())
                                                    + ", found "
                                                    + Quoted.cut(name)
                                                    + "; load it for the block it was saved of");
                                }
                                return add(loaded, name, parameter, shape, type, devices);
                            });
        } catch (IOException | RuntimeException e) {
            loaded.values().forEach(RowState::close);
            throw e;
        }
        return new Loaded(this, loaded);
    }

    /** States that were read and wait to take the place of those in use. */
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

    /** Empty states for the devices of a parameter that a file has values for. */
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
                    name
                            + " in the saved state: expected "
                            + weight.getDataType()
                            + " "
                            + weight.getShape()
                            + ", found "
                            + type
                            + " "
                            + shape
                            + "; load it for the block it was saved of");
        }
        Device[] places = devices.length == 0 ? new Device[] {weight.getDevice()} : devices;
        RowState[] added = new RowState[places.length];
        for (int i = 0; i < places.length; i++) {
            added[i] = create(weight, weight.getManager(), places[i]);
            RowState twin = loaded.put(new Key(parameter.getId(), places[i]), added[i]);
            if (twin != null) {
                twin.close();
                throw new OptimizerStateException(
                        "saved state: expected each parameter once, found "
                                + Quoted.cut(name)
                                + " twice");
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
                        steps.areOnHost(weight.getDataType(), device));
        // Only now, as it may load the operations: their memory between that of the weights and of
        // the state would break up what a closed model leaves for the next.
        if (state.isOnHost() && !steps.isContiguous(weight)) {
            state.leaveHost();
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
            throw new IllegalStateException("the optimiser is closed");
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
