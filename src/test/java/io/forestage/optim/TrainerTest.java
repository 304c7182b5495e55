package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.Tracker;
import io.forestage.nn.TiedProjection;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.Bits;
import io.forestage.torch.FileMapping;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The optimisers under DJL's own trainer. */
class TrainerTest {

    private static final int ROWS = 12;
    private static final int WIDTH = 4;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void severalBackwardPassesEqualOneLargeBatch(boolean sparse) {
        NDArray ids = manager.create(new long[] {1, 5, 1, 7, 5, 5, 0, 1}, new Shape(4, 2));
        // Multiples of 1/8, whose sums are exact in any order.
        NDArray upstream = manager.randomNormal(new Shape(4, 2, WIDTH)).mul(8).round().div(8);

        int[] big = train(sparse, trainer -> Trainers.backward(trainer, ids, upstream));
        int[] parts =
                train(
                        sparse,
                        trainer -> {
                            for (int i = 0; i < 4; i++) {
                                String row = i + ":" + (i + 1);
                                Trainers.backward(trainer, ids.get(row), upstream.get(row));
                            }
                        });

        assertThat(parts).isEqualTo(big);
    }

    @Test
    void aFrozenTableStaysWhileTheHeadIsTrained() {
        NDArray table = manager.randomNormal(new Shape(ROWS, WIDTH));
        int[] before = Bits.of(table);
        BagClassifier net = BagClassifier.of(table, BagClassifier.Gradient.SPARSE, true);
        NDArray ids = manager.create(new long[] {1, 5, 1, 7}, new Shape(2, 2));
        try (RowSparseOptimizer optimizer = adam();
                Model model = net.model();
                Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
            trainer.initialize(ids.getShape());
            int[] head = Bits.of(net.headWeight());
            Trainers.backward(trainer, ids, manager.ones(new Shape(2, 2)));
            trainer.step();

            assertThat(Bits.of(table)).isEqualTo(before);
            assertThat(Bits.of(net.headWeight())).isNotEqualTo(head);
        }
    }

    @Test
    void aTableThatAlsoProjectsIsUpdatedByItsDenseGradient() {
        NDArray table = manager.randomNormal(new Shape(ROWS, WIDTH));
        TokenEmbedding wte = TokenEmbedding.builder().optWeight(table).optSparse(true).build();
        SequentialBlock net = new SequentialBlock().add(wte).add(new TiedProjection(wte));
        NDArray ids = manager.create(new long[] {1, 5}, new Shape(1, 2));
        int[] before = Bits.of(table);
        try (RowSparseOptimizer optimizer = adam();
                Model model = Model.newInstance("tied", "PyTorch")) {
            model.setBlock(net);
            try (Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
                trainer.initialize(ids.getShape());
                Trainers.backward(trainer, ids, manager.ones(new Shape(1, 2, ROWS)));
                trainer.step();

                int[] after = Bits.of(table);
                for (int i = 0; i < after.length; i++) {
                    assertThat(after[i]).as("value %d", i).isNotEqualTo(before[i]);
                }
            }
        }
    }

    @Test
    void theGradientIsClearedByTheStep() {
        NDArray ids = manager.create(new long[] {1, 5}, new Shape(1, 2));
        NDArray upstream = manager.ones(new Shape(1, 2, WIDTH));
        NDArray table = manager.zeros(new Shape(ROWS, WIDTH));
        TokenEmbedding wte = TokenEmbedding.builder().optWeight(table).optSparse(true).build();
        try (RowSparseOptimizer optimizer = sgd();
                Model model = Model.newInstance("cleared", "PyTorch")) {
            model.setBlock(wte);
            try (Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
                trainer.initialize(ids.getShape());
                Trainers.backward(trainer, ids, upstream);
                trainer.step();
                trainer.step(); // an empty gradient is allowed and moves nothing

                assertThat(table.get(1).toFloatArray()).containsOnly(-1f);
            }
        }
    }

    @Test
    void aMappedTableIsTrainedInMemoryAndItsFileDoesNotChange() throws Exception {
        byte[] zeros = new byte[ROWS * WIDTH * Float.BYTES];
        Path file = Files.write(folder.resolve("table.f32"), zeros);
        NDArray table = FileMapping.mapFloats(manager, file, 0, new Shape(ROWS, WIDTH));
        Lookups lookups = Lookups.of(table, true, -1);
        try (RowSparseOptimizer optimizer = sgd()) {
            lookups.backward(manager.create(new long[] {3}), manager.ones(new Shape(1, WIDTH)));
            optimizer.update("table", table, lookups.gradient());
        }

        assertThat(table.get(3).toFloatArray()).containsOnly(-1f);
        assertThat(ByteBuffer.wrap(Files.readAllBytes(file))).isEqualTo(ByteBuffer.wrap(zeros));
    }

    @Test
    void aStepWorksOnAnyThread() throws Exception {
        NDArray table = manager.zeros(new Shape(ROWS, WIDTH));
        Lookups lookups = Lookups.of(table, true, -1);
        try (RowSparseOptimizer optimizer = sgd()) {
            Thread worker =
                    new Thread(
                            () -> {
                                lookups.backward(
                                        manager.create(new long[] {3}),
                                        manager.ones(new Shape(1, WIDTH)));
                                optimizer.update("table", table, lookups.gradient());
                            });
            worker.start();
            worker.join();
        }
        assertThat(table.get(3).toFloatArray()).containsOnly(-1f);
    }

    @Test
    void aMovingRowKeepsMovingInAStepWithoutAGradient() {
        NDArray table = manager.zeros(new Shape(ROWS, WIDTH));
        Lookups lookups = Lookups.of(table, true, -1);
        try (RowSparseOptimizer optimizer =
                RowSparseSgd.builder()
                        .optMomentum(0.5)
                        .optLearningRateTracker(Tracker.fixed(1f))
                        .build()) {
            lookups.backward(manager.create(new long[] {3}), manager.ones(new Shape(1, WIDTH)));
            optimizer.update("table", table, lookups.gradient());
            optimizer.update("table", table, lookups.gradient());

            assertThat(table.get(3).toFloatArray()).containsOnly(-1.5f);
        }
    }

    @Test
    void stepsAreCountedForEachParameter() {
        NDArray weight = manager.zeros(new Shape(ROWS, WIDTH));
        try (RowSparseOptimizer optimizer = sgd()) {
            optimizer.update("table", weight, manager.ones(weight.getShape()));

            assertThat(optimizer.states().of("table", weight).steps()).isEqualTo(1);
            assertThat(optimizer.states().of("other", weight).steps()).isZero();
        }
    }

    @Test
    void aStridedWeightIsTrainedLikeAContiguousOne() {
        NDArray whole = manager.arange(0f, ROWS * WIDTH, 1f).reshape(WIDTH, ROWS);
        NDArray view = whole.transpose();
        // duplicate() would keep the strides.
        NDArray twin = manager.create(view.toFloatArray(), view.getShape());
        NDArray gradient = manager.arange(0f, ROWS * WIDTH, 1f).reshape(ROWS, WIDTH);
        NDArray strided = manager.arange(0f, ROWS * WIDTH, 1f).reshape(WIDTH, ROWS).transpose();
        try (RowSparseOptimizer optimizer = RowSparseAdamW.builder().build()) {
            for (int step = 0; step < 3; step++) {
                optimizer.update("view", view, gradient);
                optimizer.update("twin", twin, gradient);
            }

            assertThat(view.toFloatArray()).isEqualTo(twin.toFloatArray());
            assertThat(whole.transpose().toFloatArray()).isEqualTo(view.toFloatArray());
            assertThatThrownBy(() -> optimizer.update("twin", strided, gradient))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("(12, 4)", "found a strided view");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aGradientThatIsSparseInBothDimensionsIsRefused(boolean natively) {
        NDArray weight = manager.ones(new Shape(5, 2));
        NDArray gradient =
                manager.createCoo(
                        FloatBuffer.wrap(new float[] {1, 1}),
                        new long[][] {{0, 3}, {1, 0}},
                        new Shape(5, 2));
        RowSparseSgd.Builder builder = RowSparseSgd.builder();
        try (RowSparseOptimizer optimizer =
                (natively ? builder.optNativeOperations() : builder).build()) {
            assertThatThrownBy(() -> optimizer.update("table", weight, gradient))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "sparse gradient (5, 2): expected one sparse dimension, the rows, found"
                                    + " 2; make it dense, or sparse over its rows alone");
            assertThat(weight.toFloatArray()).containsOnly(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "3, 0", "0, 0"})
    void aWeightWithoutValuesTakesSteps(long rows, long width) {
        NDArray weight = manager.zeros(new Shape(rows, width));
        try (RowSparseOptimizer optimizer = RowSparseAdam.builder().build()) {
            optimizer.update("table", weight, weight.zerosLike());
            optimizer.update("table", weight, weight.zerosLike());

            assertThat(optimizer.states().of("table", weight).steps()).isEqualTo(2);
        }
    }

    @Test
    void amsgradIsRefusedForAdamsSparseGradient() {
        NDArray weight = manager.ones(new Shape(ROWS, WIDTH));
        Lookups lookups = Lookups.of(weight, true, -1);
        lookups.backward(manager.create(new long[] {1}), manager.ones(new Shape(1, WIDTH)));
        try (RowSparseOptimizer optimizer = RowSparseAdam.builder().optAmsgrad(true).build()) {
            assertThatThrownBy(() -> optimizer.update("table", weight, lookups.gradient()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("amsgrad: expected false with a sparse gradient");
        }
    }

    @Test
    void aGradientOfAnotherShapeOrTypeIsRefused() {
        NDArray weight = manager.zeros(new Shape(ROWS, WIDTH));
        try (RowSparseOptimizer optimizer = sgd()) {
            assertThatThrownBy(() -> optimizer.update("t", weight, manager.ones(new Shape(WIDTH))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("expected float32 of that shape", "(4)");
            NDArray wide = manager.ones(weight.getShape(), DataType.FLOAT64);
            assertThatThrownBy(() -> optimizer.update("t", weight, wide))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("expected float32 of that shape", "found float64");
            NDArray half = weight.toType(DataType.FLOAT16, true);
            assertThatThrownBy(() -> optimizer.update("h", half, half))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("float32", "found float16", "toType");
        }
    }

    @Test
    void aLearningRateThatIsNotFiniteChangesNothing() {
        NDArray weight = manager.zeros(new Shape(ROWS, WIDTH));
        try (RowSparseOptimizer optimizer =
                RowSparseSgd.builder().optLearningRateTracker(Tracker.fixed(Float.NaN)).build()) {
            NDArray gradient = manager.ones(weight.getShape());

            assertThatThrownBy(() -> optimizer.update("table", weight, gradient))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("learning rate of step 1: expected a finite number, found NaN");
            assertThat(weight.toFloatArray()).containsOnly(0f);
        }
    }

    private interface Passes {
        void run(Trainer trainer);
    }

    private int[] train(boolean sparse, Passes passes) {
        NDArray table = manager.ones(new Shape(ROWS, WIDTH));
        TokenEmbedding wte = TokenEmbedding.builder().optWeight(table).optSparse(sparse).build();
        try (RowSparseOptimizer optimizer = adam();
                Model model = Model.newInstance("sum", "PyTorch")) {
            model.setBlock(wte);
            try (Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
                trainer.initialize(new Shape(4, 2));
                for (int step = 0; step < 3; step++) {
                    passes.run(trainer);
                    trainer.step();
                }
                return Bits.of(table);
            }
        }
    }

    private static RowSparseOptimizer adam() {
        return RowSparseAdam.builder().optLearningRateTracker(Tracker.fixed(0.1f)).build();
    }

    private static RowSparseOptimizer sgd() {
        return RowSparseSgd.builder().optLearningRateTracker(Tracker.fixed(1f)).build();
    }
}
