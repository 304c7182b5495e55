package io.forestage.decoder.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.forestage.torch.AttentionOperations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last tokens, which the near field sees, and the states of the far fields. */
final class FmmState implements AttentionState {

    private final FmmCore core;
    private final NDManager manager;
    private final List<AttentionState> fars;
    private AttentionOperations.@Nullable Window window;

    /**
     * Starts with no tokens.
     *
     * @param manager the state's own, which owns those of the far fields
     */
    FmmState(FmmCore core, NDManager manager, List<AttentionState> fars) {
        this.core = core;
        this.manager = manager;
        this.fars = fars;
    }

    @Override
    public NDArray attend(
            ParameterStore parameterStore,
            NDArray queries,
            NDArray keys,
            NDArray values,
            @Nullable NDArray mask) {
        try (NDArray near = near(queries, keys, values, mask);
                NDArray far =
                        FmmCore.sum(
                                fars,
                                state ->
                                        state.attend(
                                                parameterStore, queries, keys, values, mask))) {
            return core.blend(parameterStore, near, far, false);
        }
    }

    private NDArray near(NDArray queries, NDArray keys, NDArray values, @Nullable NDArray mask) {
        AttentionOperations.Window before = window;
        AttentionOperations.NearNext next =
                AttentionOperations.get()
                        .nearNext(
                                queries,
                                keys,
                                values,
                                mask,
                                core.bandwidth(),
                                core.block(),
                                before);
        NDList arrays = next.window().arrays();
        arrays.attach(manager);
        window = next.window();
        if (before != null) {
            before.arrays().close();
        }
        return next.result();
    }

    @Override
    public void close() {
        manager.close();
    }
}
