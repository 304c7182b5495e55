package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.Bits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the process keeps resident while optimisers come, work and go. */
class MemoryTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int ROWS = 50257;
    private static final int WIDTH = 64;

    @BeforeEach
    void needsLinux() {
        assumeThat(STATUS).as("where the resident size is to be read").isReadable();
    }

    @Test
    void twentyTrainersLeaveNothingBehind() throws IOException {
        openTrainAndClose(3);
        long before = residentMegabytes();
        openTrainAndClose(20);

        // A leaked state would be 26 MB each time.
        assertThat(residentMegabytes() - before).isLessThan(100);
    }

    @ParameterizedTest
    @EnumSource(
            value = BagClassifier.Gradient.class,
            names = {"SPARSE", "FUSED"})
    void tenThousandStepsDoNotIncreaseTheResidentSize(BagClassifier.Gradient gradient)
            throws IOException {
        try (Model model = model(2000, WIDTH, gradient);
                RowSparseOptimizer optimizer = RowSparseAdam.builder().build();
                Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
            trainer.initialize(new Shape(4, 8));
            train(trainer, 2000, 3000);
            int arrays = model.getNDManager().getManagedArrays().size();
            System.gc();
            long before = residentMegabytes();
            train(trainer, 2000, 10_000);
            System.gc();

            // A leaked gradient would be 64 KiB per step; the heap varies by 20 MB.
            assertThat(residentMegabytes() - before).isLessThan(60);
            assertThat(model.getNDManager().getManagedArrays()).hasSize(arrays);
        }
    }

    /** A lookup's ids and vectors are native memory, so a collection frees nothing of them. */
    @Test
    void aCollectionBeforeTheBackwardPassChangesNothing() {
        assertThat(collected(true)).isEqualTo(collected(false));
    }

    private static int[] collected(boolean collects) {
        Engine.getInstance().setRandomSeed(3);
        try (Model model = model(ROWS, WIDTH, BagClassifier.Gradient.FUSED);
                RowSparseOptimizer optimizer = RowSparseAdam.builder().build();
                Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
            trainer.initialize(new Shape(4, 64));
            Random random = new Random(1);
            for (int step = 0; step < 20; step++) {
                try (NDManager scratch = trainer.getManager().newSubManager();
                        GradientCollector collector = trainer.newGradientCollector()) {
                    NDArray vectors;
                    try (NDArray ids =
                            scratch.create(
                                    random.longs(256, 0, ROWS).toArray(), new Shape(4, 64))) {
                        vectors = trainer.forward(new NDList(ids)).singletonOrThrow();
                    }
                    vectors.attach(scratch);
                    if (collects) {
                        collectAndFill();
                    }
                    collector.backward(vectors.square().sum());
                    if (collects) {
                        collectAndFill();
                    }
                }
                trainer.step();
            }
            return Bits.of(model.getBlock().getParameters().valueAt(0).getArray());
        }
    }

    /** Writes into memory that a collection may have freed. */
    private static void collectAndFill() {
        System.gc();
        for (int i = 0; i < 50; i++) {
            ByteBuffer.allocateDirect(4 * 64 * Long.BYTES).putLong(0, -1);
        }
    }

    @Test
    void theStateOfALargeTableTakesNoMemoryForRowsWithoutAGradient() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                RowSparseOptimizer optimizer = RowSparseAdam.builder().build()) {
            NDArray table = manager.zeros(new Shape(2_000_000, WIDTH));
            Lookups lookups = Lookups.of(table, true, -1);
            long before = residentMegabytes();
            lookups.backward(manager.create(new long[] {7}), manager.ones(new Shape(1, WIDTH)));
            optimizer.update("table", table, lookups.gradient());

            // The two tables of state have 512 MB each; the flags of the rows 2 MB.
            assertThat(residentMegabytes() - before).isLessThan(100);
        }
    }

    private static void openTrainAndClose(int times) {
        for (int i = 0; i < times; i++) {
            try (Model model = model(ROWS, WIDTH, BagClassifier.Gradient.SPARSE);
                    RowSparseOptimizer optimizer = RowSparseAdam.builder().build();
                    Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
                trainer.initialize(new Shape(4, 8));
                try (NDManager scratch = trainer.getManager().newSubManager()) {
                    // Dense gradients write every row of the state.
                    NDArray weight = model.getBlock().getParameters().valueAt(0).getArray();
                    optimizer.update(
                            model.getBlock().getParameters().valueAt(0).getId(),
                            weight,
                            scratch.ones(weight.getShape()));
                }
            }
        }
    }

    private static void train(Trainer trainer, int rows, int steps) {
        Random random = new Random(1);
        for (int step = 0; step < steps; step++) {
            try (NDManager scratch = trainer.getManager().newSubManager()) {
                NDArray ids =
                        scratch.create(random.longs(256, 0, rows).toArray(), new Shape(4, 64));
                Trainers.backward(trainer, ids, scratch.ones(new Shape(4, 64, WIDTH)));
            }
            trainer.step();
        }
    }

    private static Model model(int rows, int width, BagClassifier.Gradient gradient) {
        Model model = Model.newInstance("memory", "PyTorch");
        model.setBlock(
                gradient.in(TokenEmbedding.builder().setNumEmbeddings(rows).setEmbeddingDim(width))
                        .build());
        return model;
    }

    private static long residentMegabytes() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
