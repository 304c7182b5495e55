package io.forestage.optim;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.Bits;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Trains the same table with its COO gradient and without a gradient of the table. */
final class FusedTwins implements AutoCloseable {

    static final int ROWS = 60;
    static final int WIDTH = 7;
    static final Shape IDS = new Shape(4, 40);

    private static final int STEPS = 4;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    NDArray weight(DataType type) {
        manager.getEngine().setRandomSeed(6);
        return manager.randomNormal(0, 1, new Shape(ROWS, WIDTH), type);
    }

    NDManager manager() {
        return manager;
    }

    static TokenEmbedding.Builder builder(NDArray table, boolean fused) {
        return TokenEmbedding.builder().optWeight(table).optSparse(true).optFused(fused);
    }

    static TokenEmbedding fused(NDArray table) {
        return builder(table, true).build();
    }

    /** Trains a table by Adam; returns its bits. */
    int[] train(
            boolean fused,
            UnaryOperator<TokenEmbedding.Builder> options,
            BiConsumer<Trainer, Random> passes) {
        return train(fused, options, passes, RowSparseAdam.builder().build());
    }

    /** Trains a table; returns its bits. */
    int[] train(
            boolean fused,
            UnaryOperator<TokenEmbedding.Builder> options,
            BiConsumer<Trainer, Random> passes,
            Optimizer optimizer) {
        NDArray table = weight(DataType.FLOAT32);
        steps(options.apply(builder(table, fused)).build(), optimizer, passes);
        return Bits.of(table);
    }

    /** Does some steps, each after some passes. */
    static void steps(Block block, Optimizer optimizer, BiConsumer<Trainer, Random> passes) {
        Random random = new Random(9);
        try (Model model = model(block);
                Trainer trainer = trainer(model, optimizer)) {
            for (int step = 0; step < STEPS; step++) {
                passes.accept(trainer, random);
                trainer.step();
            }
        }
    }

    static Model model(Block block) {
        Model model = Model.newInstance("fused", Device.cpu(), "PyTorch");
        model.setBlock(block);
        return model;
    }

    static Trainer trainer(Model model, Optimizer optimizer) {
        Trainer trainer = model.newTrainer(BagClassifier.config(optimizer));
        trainer.initialize(IDS);
        return trainer;
    }

    static TokenEmbedding.Builder same(TokenEmbedding.Builder builder) {
        return builder;
    }

    /** One lookup and its backward pass. */
    static void once(Trainer trainer, Random random) {
        try (NDManager scratch = trainer.getManager().newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            collector.backward(look(trainer, scratch, random).square().sum());
        }
    }

    /** Three lookups, whose sum is squared. */
    static void thrice(Trainer trainer, Random random) {
        try (NDManager scratch = trainer.getManager().newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            NDArray first = look(trainer, scratch, random);
            NDArray second = look(trainer, scratch, random);
            NDArray third = look(trainer, scratch, random);
            collector.backward(first.add(second.mul(third)).square().sum());
        }
    }

    /** Adds ones to a row of the table's gradient, as another sparse use of the table does. */
    static void addGradient(NDArray table, long row) {
        try (NDManager scratch = table.getManager().newSubManager()) {
            NDArray ones = scratch.ones(new Shape(1, WIDTH), table.getDataType());
            Lookups.of(table, true, -1).backward(scratch.create(new long[] {row}), ones);
        }
    }

    /** Looks up random ids in training mode. */
    static NDArray look(Trainer trainer, NDManager scratch, Random random) {
        return trainer.forward(new NDList(ids(scratch, random))).singletonOrThrow();
    }

    /** Squared, so that the first rows are frequent and have long sums. */
    static NDArray ids(NDManager scratch, Random random) {
        long[] ids = random.doubles(IDS.size()).mapToLong(x -> (long) (x * x * ROWS)).toArray();
        return scratch.create(ids, IDS);
    }

    @Override
    public void close() {
        manager.close();
    }
}
