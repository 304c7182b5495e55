package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import io.forestage.nn.TokenEmbedding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    @Test
    void tenThousandStepsDoNotIncreaseTheResidentSize() throws IOException {
        try (Model model = model(2000, WIDTH);
                RowSparseOptimizer optimizer = RowSparseAdam.builder().build();
                Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
            trainer.initialize(new Shape(4, 8));
            train(trainer, 2000, 3000);
            int arrays = trainer.getManager().getManagedArrays().size();
            System.gc();
            long before = residentMegabytes();
            train(trainer, 2000, 10_000);
            System.gc();

            // A leaked gradient would be 64 KiB per step; the heap varies by 20 MB.
            assertThat(residentMegabytes() - before).isLessThan(60);
            assertThat(trainer.getManager().getManagedArrays()).hasSize(arrays);
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
            try (Model model = model(ROWS, WIDTH);
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

    private static Model model(int rows, int width) {
        Model model = Model.newInstance("memory", "PyTorch");
        model.setBlock(
                TokenEmbedding.builder()
                        .setNumEmbeddings(rows)
                        .setEmbeddingDim(width)
                        .optSparse(true)
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
