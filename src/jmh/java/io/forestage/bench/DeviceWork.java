package io.forestage.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.PositionIds;
import io.forestage.nn.TokenEmbedding;
import io.forestage.optim.RowSparseAdam;
import io.forestage.optim.RowSparseOptimizer;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One kind of work at GPT-2's size on a device, with the data of {@link DeviceData}. */
final class DeviceWork implements AutoCloseable {

    /** The number of steps after which weights are compared. */
    private static final int STEPS = 3;

    /**
     * The number of rows of a gradient or table that are compared; they include the frequent ids.
     */
    private static final long ROWS = 2048;

    private final NDManager manager;
    private final Block block;
    private final NDArray table;
    private final List<NDArray> batches;
    private final List<long[]> hostBatches;
    private final @Nullable NDArray upstream;
    private final @Nullable RowSparseOptimizer optimizer;
    private int next;

    private DeviceWork(NDManager parent, Kind kind) {
        manager = parent.newSubManager();
        table = DeviceData.table(manager, Gpt2Folder.VOCABULARY);
        TokenEmbedding tokens =
                TokenEmbedding.builder()
                        .optWeight(table)
                        .optSparse(kind.sparse)
                        .optFreeze(!kind.trains)
                        .build();
        block =
                kind.stage
                        ? Gpt2InputEmbedding.builder()
                                .setTokenEmbedding(tokens)
                                .optPositionalEmbedding(
                                        LearnedPositionalEmbedding.fromPretrained(
                                                DeviceData.table(manager, Gpt2Folder.POSITIONS),
                                                !kind.trains))
                                .optDropout(0)
                                .build()
                        : tokens;
        batches =
                IntStream.range(0, DeviceData.BATCHES)
                        .mapToObj(batch -> DeviceData.ids(manager, kind.shape(), batch))
                        .toList();
        hostBatches =
                kind == Kind.STAGE_OF_HOST_IDS
                        ? batches.stream().map(NDArray::toLongArray).toList()
                        : List.of();
        upstream =
                kind.trains
                        ? DeviceData.table(manager, kind.shape().size())
                                .reshape(kind.shape().add(Gpt2Folder.WIDTH))
                        : null;
        optimizer = kind.steps ? RowSparseAdam.builder().build() : null;
    }

    /** The kinds of work. */
    enum Kind {
        LOOKUP(8, 1024, false, false, false, false),
        LOOKUP_OF_8(1, 8, false, false, false, false),
        STAGE(8, 1024, true, false, false, false),
        /** The stage of ids that are on the host, as from a tokenizer. */
        STAGE_OF_HOST_IDS(8, 1024, true, false, false, false),
        STAGE_OF_8(1, 8, true, false, false, false),
        BACKWARD_SPARSE(8, 1024, false, true, true, false),
        BACKWARD_STAGE(8, 1024, true, false, true, false),
        STEP_SPARSE(8, 1024, false, true, true, true),
        STEP_DENSE(8, 1024, false, false, true, true);

        private final int rows;
        private final int length;
        private final boolean stage;
        private final boolean sparse;
        private final boolean trains;
        private final boolean steps;

        Kind(int rows, int length, boolean stage, boolean sparse, boolean trains, boolean steps) {
            this.rows = rows;
            this.length = length;
            this.stage = stage;
            this.sparse = sparse;
            this.trains = trains;
            this.steps = steps;
        }

        Shape shape() {
            return new Shape(rows, length);
        }

        DeviceWork on(NDManager manager) {
            return new DeviceWork(manager, this);
        }
    }

    /** Runs one call: a lookup, the stage, a backward pass or a step. */
    void run() {
        try (NDManager scratch = manager.newSubManager()) {
            forward(scratch);
        }
        if (optimizer != null) {
            try (NDArray gradient = table.getGradient()) {
                optimizer.update("table", table, gradient);
            }
        } else if (upstream != null) {
            block.getParameters()
                    .values()
                    .forEach(each -> JniUtils.zeroGrad((PtNDArray) each.getArray()));
        }
    }

    /** Returns a result that must equal the other side's. */
    NDArray result(NDManager scratch) {
        next = 0;
        if (upstream == null) {
            return forward(scratch);
        }
        if (optimizer == null) {
            try (NDManager passed = manager.newSubManager()) {
                forward(passed);
            }
            NDArray gradient = table.getGradient();
            gradient.attach(scratch);
            NDArray dense = gradient.isSparse() ? gradient.toDense() : gradient.duplicate();
            JniUtils.zeroGrad((PtNDArray) table);
            return dense.get(scratch, new NDIndex().addSliceDim(0, ROWS));
        }
        for (int i = 0; i < STEPS; i++) {
            run();
        }
        NDArray weights = table.stopGradient();
        weights.attach(scratch);
        return weights.get(scratch, new NDIndex().addSliceDim(0, ROWS));
    }

    @Override
    public void close() {
        if (optimizer != null) {
            optimizer.close();
        }
        manager.close();
    }

    /**
     * Returns the vectors of the next batch; with an upstream gradient, also runs the backward
     * pass.
     */
    @SuppressWarnings("try") // The collector collects while it is open.
    private NDArray forward(NDManager scratch) {
        int batch = next++ % batches.size();
        NDArray given = batches.get(batch);
        if (!hostBatches.isEmpty()) {
            Shape shape = given.getShape();
            return ((Gpt2InputEmbedding) block)
                    .embed(
                            new ParameterStore(scratch, false),
                            scratch,
                            hostBatches.get(batch),
                            shape,
                            PositionIds.range(0, shape.get(1)),
                            false);
        }
        NDArray ids = given.reshape(given.getShape());
        ids.attach(scratch);
        ParameterStore store = new ParameterStore(scratch, false);
        if (upstream == null) {
            return block.forward(store, new NDList(ids), false).singletonOrThrow();
        }
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray vectors = block.forward(store, new NDList(ids), true).singletonOrThrow();
            JniUtils.backward((PtNDArray) vectors, (PtNDArray) upstream, false, false);
            return vectors;
        }
    }
}
