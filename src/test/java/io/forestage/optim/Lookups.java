package io.forestage.optim;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.forestage.torch.EmbeddingOperations;

/** Gradients of lookups in a table, computed by PyTorch's backward pass. */
final class Lookups {

    private final NDArray weight;
    private final boolean sparse;
    private final long paddingIdx;
    private final EmbeddingOperations operations;

    private Lookups(NDArray weight, boolean sparse, long paddingIdx) {
        this.weight = weight;
        this.sparse = sparse;
        this.paddingIdx = paddingIdx;
        operations = EmbeddingOperations.load(weight.getManager());
        weight.setRequiresGradient(true);
    }

    /** Without a padding row, {@code paddingIdx} is −1. */
    static Lookups of(NDArray weight, boolean sparse, long paddingIdx) {
        return new Lookups(weight, sparse, paddingIdx);
    }

    /** Adds to the table's gradient. */
    void backward(NDArray ids, NDArray upstream) {
        try (NDManager scratch = weight.getManager().newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray local = ids.duplicate();
            local.attach(scratch);
            NDArray vectors = operations.embedding(weight, local, paddingIdx, false, sparse);
            collector.backward(vectors.mul(upstream).sum());
        }
    }

    NDArray gradient() {
        return weight.getGradient();
    }
}
