package io.forestage.bench;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import io.forestage.nn.TokenEmbedding;
import io.forestage.optim.RowSparseAdam;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A training step of a table under DJL's own trainer. */
public final class TrainingStep implements Calls, AutoCloseable {

    private static final String SPARSE = "COO_";

    private final Model model;
    private final Trainer trainer;
    private final List<NDArray> batches = new ArrayList<>();
    private final NDArray upstream;
    private int next;

    TrainingStep(Block table, Optimizer optimizer, List<long[]> batches, long width) {
        this(
                table,
                optimizer,
                batches,
                Tokens.BATCH,
                manager -> manager.create(SharedData.upstream(width), Tokens.BATCH.add(width)));
    }

    /** Prepares steps with batches of a shape, with a gradient of its own. */
    public TrainingStep(
            Block table, Optimizer optimizer, List<long[]> batches, Shape batch, long width) {
        this(table, optimizer, batches, batch, manager -> manager.randomNormal(batch.add(width)));
    }

    private TrainingStep(
            Block table,
            Optimizer optimizer,
            List<long[]> batches,
            Shape batch,
            Function<NDManager, NDArray> upstream) {
        model = Model.newInstance("step", Device.cpu(), "PyTorch");
        model.setBlock(table);
        trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(Loss.l2Loss())
                                .optDevices(new Device[] {Device.cpu()})
                                .optOptimizer(optimizer));
        trainer.initialize(batch);
        for (long[] ids : batches) {
            this.batches.add(model.getNDManager().create(ids, batch));
        }
        this.upstream = upstream.apply(model.getNDManager());
    }

    /**
     * Returns steps at GPT-2's size, for a process of its own.
     *
     * @param kind the name of a constant of {@link Tokens} for a fused lookup, after COO_ for
     *     sparse gradients, or DENSE
     */
    static TrainingStep calls(String kind, int threads) {
        boolean isDense = kind.equals("DENSE");
        boolean isSparse = kind.startsWith(SPARSE);
        Tokens tokens = isDense ? Tokens.ZIPF : Tokens.valueOf(kind.replace(SPARSE, ""));
        NDManager owner = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        TokenEmbedding table =
                TokenEmbedding.builder()
                        .optWeight(DeviceData.table(owner, Gpt2Folder.VOCABULARY))
                        .optSparse(isSparse)
                        .optFused(!isDense && !isSparse)
                        .build();
        return new TrainingStep(
                table,
                RowSparseAdam.builder().optThreads(threads).build(),
                tokens.batches(Gpt2Folder.VOCABULARY),
                Gpt2Folder.WIDTH);
    }

    /** Returns the gradient of the vectors, the same in each step. */
    public NDArray upstream() {
        return upstream;
    }

    /** Runs the forward pass, the backward pass from a given gradient, and the optimiser. */
    @Override
    @SuppressWarnings("try") // The collector collects while it is open.
    public void run() {
        try (NDManager scratch = trainer.getManager().newSubManager()) {
            NDArray ids = batches.get(next++ % batches.size()).duplicate();
            ids.attach(scratch);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray vectors = trainer.forward(new NDList(ids)).singletonOrThrow();
                JniUtils.backward((PtNDArray) vectors, (PtNDArray) upstream, false, false);
            }
        }
        trainer.step();
    }

    @Override
    public void write(FileChannel out) throws IOException {
        Calls.writeRows(out, model.getBlock().getParameters().valueAt(0).getArray());
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
