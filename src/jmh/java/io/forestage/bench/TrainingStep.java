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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A training step of a table under DJL's own trainer. */
public final class TrainingStep implements AutoCloseable {

    private static final double NANOS_IN_MILLI = 1e6;
    private static final String SPARSE = "COO_";

    private final Model model;
    private final Trainer trainer;
    private final List<NDArray> batches = new ArrayList<>();
    private final NDArray upstream;
    private int next;

    TrainingStep(Block table, Optimizer optimizer, List<long[]> batches, long width) {
        this(table, optimizer, batches, Tokens.BATCH, width);
    }

    /** Prepares steps with batches of a shape. */
    public TrainingStep(
            Block table, Optimizer optimizer, List<long[]> batches, Shape batch, long width) {
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
        upstream = model.getNDManager().randomNormal(batch.add(width));
    }

    /**
     * Returns the median of the second half of some steps at GPT-2's size, in milliseconds.
     *
     * @param kind the name of a constant of {@link Tokens} for a fused lookup, after COO_ for
     *     sparse gradients, or DENSE
     */
    static double median(String kind, int steps, int threads) {
        boolean isDense = kind.equals("DENSE");
        boolean isSparse = kind.startsWith(SPARSE);
        Tokens tokens = isDense ? Tokens.ZIPF : Tokens.valueOf(kind.replace(SPARSE, ""));
        TokenEmbedding table =
                TokenEmbedding.builder()
                        .setNumEmbeddings(Gpt2Folder.VOCABULARY)
                        .setEmbeddingDim(Gpt2Folder.WIDTH)
                        .optSparse(isSparse)
                        .optFused(!isDense && !isSparse)
                        .build();
        double[] times = new double[steps];
        try (RowSparseAdam optimizer = RowSparseAdam.builder().optThreads(threads).build();
                TrainingStep step =
                        new TrainingStep(
                                table,
                                optimizer,
                                tokens.batches(Gpt2Folder.VOCABULARY),
                                Gpt2Folder.WIDTH)) {
            for (int i = 0; i < steps; i++) {
                long begin = System.nanoTime();
                step.run();
                times[i] = (System.nanoTime() - begin) / NANOS_IN_MILLI;
            }
        }
        Arrays.sort(times, steps / 2, steps);
        return times[steps * 3 / 4];
    }

    /** Returns the gradient of the vectors, the same in each step. */
    public NDArray upstream() {
        return upstream;
    }

    /** Runs the forward pass, the backward pass from a given gradient, and the optimiser. */
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
    public void close() {
        trainer.close();
        model.close();
    }
}
