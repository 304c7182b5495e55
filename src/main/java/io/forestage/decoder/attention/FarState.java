package io.forestage.decoder.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.forestage.torch.AttentionOperations;
import org.jspecify.annotations.Nullable;

/** The sums of φ(k) vᵀ and φ(k) over the tokens so far. */
final class FarState implements AttentionState {

    private final NDManager manager;
    private final AttentionOperations.Map map;
    private final int block;
    private @Nullable NDArray sums;

    /**
     * Starts with no tokens.
     *
     * @param manager the state's own, which owns the map's numbers
     */
    FarState(NDManager manager, AttentionOperations.Map map, int block) {
        this.manager = manager;
        this.map = map;
        this.block = block;
    }

    @Override
    public NDArray attend(
            ParameterStore parameterStore,
            NDArray queries,
            NDArray keys,
            NDArray values,
            @Nullable NDArray mask) {
        NDArray before = sums;
        AttentionOperations.FarNext next =
                AttentionOperations.get().farNext(queries, keys, values, mask, map, block, before);
        next.sums().attach(manager);
        sums = next.sums();
        if (before != null) {
            before.close();
        }
        return next.result();
    }

    @Override
    public void close() {
        manager.close();
    }
}
