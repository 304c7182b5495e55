package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import io.forestage.nn.TiedProjection;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.Bits;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training without a gradient of the table gives the same bits as with its COO gradient. */
class FusedTest {

    private final FusedTwins twins = new FusedTwins();

    @AfterEach
    void close() {
        twins.close();
    }

    /** The optimisers, with an option that reads the state. */
    enum Kind {
        SGD,
        MOMENTUM,
        ADAGRAD,
        ADAM,
        ADAMW;

        private RowSparseOptimizer.Builder<?> builder() {
            return switch (this) {
                case SGD -> RowSparseSgd.builder();
                case MOMENTUM -> RowSparseSgd.builder().optMomentum(0.9);
                case ADAGRAD -> RowSparseAdagrad.builder();
                case ADAM -> RowSparseAdam.builder();
                case ADAMW -> RowSparseAdamW.builder().optAmsgrad(true).optWeightDecays(0.1f);
            };
        }

        RowSparseOptimizer optimizer(int threads, boolean natively) {
            RowSparseOptimizer.Builder<?> given = builder().optThreads(threads);
            if (natively) {
                given.optNativeOperations();
            }
            if (given instanceof RowSparseSgd.Builder sgd) {
                return sgd.build();
            }
            if (given instanceof RowSparseAdagrad.Builder adagrad) {
                return adagrad.build();
            }
            return given instanceof RowSparseAdam.Builder adam
                    ? adam.build()
                    : ((RowSparseAdamW.Builder) given).build();
        }
    }

    /** What happens between two steps. */
    enum Passes {
        ONCE {
            @Override
            void run(Trainer trainer, Random random) {
                FusedTwins.once(trainer, random);
            }
        },
        THRICE {
            @Override
            void run(Trainer trainer, Random random) {
                FusedTwins.thrice(trainer, random);
            }
        },
        ACCUMULATED {
            @Override
            void run(Trainer trainer, Random random) {
                FusedTwins.thrice(trainer, random);
                FusedTwins.once(trainer, random);
                FusedTwins.thrice(trainer, random);
            }
        },
        INFERENCE_BETWEEN {
            @Override
            void run(Trainer trainer, Random random) {
                FusedTwins.once(trainer, random);
                infer(trainer, random);
                FusedTwins.once(trainer, random);
                infer(trainer, random);
            }
        },
        TWO_FORWARD_THEN_TWO_BACKWARD {
            @Override
            void run(Trainer trainer, Random random) {
                try (NDManager scratch = trainer.getManager().newSubManager();
                        GradientCollector collector = trainer.newGradientCollector()) {
                    NDArray first = FusedTwins.look(trainer, scratch, random);
                    NDArray second = FusedTwins.look(trainer, scratch, random);
                    collector.backward(first.square().sum());
                    collector.backward(second.square().sum());
                }
            }
        },
        UNUSED_LOOKUPS {
            @Override
            void run(Trainer trainer, Random random) {
                unused(trainer, random);
                FusedTwins.once(trainer, random);
                unused(trainer, random);
                FusedTwins.once(trainer, random);
                FusedTwins.once(trainer, random);
                unused(trainer, random);
            }
        },
        CHANGED_IN_PLACE {
            @Override
            void run(Trainer trainer, Random random) {
                try (NDManager scratch = trainer.getManager().newSubManager();
                        GradientCollector collector = trainer.newGradientCollector()) {
                    NDArray vectors = FusedTwins.look(trainer, scratch, random);
                    collector.backward(vectors.addi(1).square().sum());
                }
            }
        },
        NO_IDS {
            @Override
            void run(Trainer trainer, Random random) {
                empty(trainer);
                FusedTwins.once(trainer, random);
                empty(trainer);
            }
        },
        ANOTHER_USE_FIRST {
            @Override
            void run(Trainer trainer, Random random) {
                FusedTwins.addGradient(table(trainer), 0);
                FusedTwins.thrice(trainer, random);
                FusedTwins.once(trainer, random);
            }
        },
        FROZEN_BETWEEN {
            @Override
            void run(Trainer trainer, Random random) {
                FusedTwins.once(trainer, random);
                trainer.step(); // DJL refuses a first step without any gradient
                FusedTwins.once(trainer, random);
                trainer.getModel().getBlock().freezeParameters(true);
                trainer.step();
                trainer.getModel().getBlock().freezeParameters(false);
                FusedTwins.once(trainer, random);
            }
        },
        ONE_ID {
            @Override
            void run(Trainer trainer, Random random) {
                try (NDManager scratch = trainer.getManager().newSubManager()) {
                    NDArray zero = scratch.zeros(new Shape(1, 1), DataType.INT64);
                    NDArray ones = scratch.ones(new Shape(1, 1, FusedTwins.WIDTH));
                    Trainers.backward(trainer, zero, ones);
                }
            }
        };

        abstract void run(Trainer trainer, Random random);
    }

    @ParameterizedTest
    @EnumSource(Passes.class)
    void anyPassesGiveTheBitsOfTheSparseGradient(Passes kind) {
        assertSame(FusedTwins::same, kind::run);
    }

    @ParameterizedTest
    @EnumSource(Passes.class)
    void thePaddingRowGetsNoGradient(Passes kind) {
        assertSame(builder -> builder.optPaddingIdx(3), kind::run);
    }

    @ParameterizedTest
    @EnumSource(Passes.class)
    void rowsAreScaledToTheMaximumNormFirst(Passes kind) {
        assertSame(builder -> builder.optMaxNorm(1), kind::run);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anyOptimizerGivesTheBitsOfTheSparseGradient(Kind kind) {
        for (int threads : new int[] {1, 2, 5}) {
            assertSame(() -> kind.optimizer(threads, false));
        }
    }

    /** Without a trainer, as DJL's refuses float64. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void float64GivesTheBitsOfTheSparseGradient(Kind kind) {
        assertThat(inFloat64(kind, true)).isEqualTo(inFloat64(kind, false));
    }

    private double[] inFloat64(Kind kind, boolean fused) {
        NDArray table = twins.weight(DataType.FLOAT64);
        TokenEmbedding wte = FusedTwins.builder(table, fused).build();
        ParameterStore store = new ParameterStore(twins.manager(), false);
        String id = wte.getParameters().valueAt(0).getId();
        table.setRequiresGradient(true);
        Random random = new Random(9);
        try (RowSparseOptimizer optimizer = kind.optimizer(1, false)) {
            for (int step = 0; step < 4; step++) {
                try (NDManager scratch = twins.manager().newSubManager();
                        GradientCollector collector =
                                table.getManager().getEngine().newGradientCollector()) {
                    NDList ids = new NDList(FusedTwins.ids(scratch, random));
                    NDArray vectors = wte.forward(store, ids, true).singletonOrThrow();
                    collector.backward(vectors.square().sum());
                }
                optimizer.update(id, table, table.getGradient());
            }
        }
        return table.toDoubleArray();
    }

    @Test
    void lookupsOfAClosedModelDisturbNoOtherTraining() {
        for (boolean closesTheTable : new boolean[] {false, true}) {
            try (NDManager base = NDManager.newBaseManager("PyTorch")) {
                NDManager tables = base.newSubManager();
                NDArray table = tables.randomNormal(new Shape(FusedTwins.ROWS, FusedTwins.WIDTH));
                try (Model model = FusedTwins.model(FusedTwins.fused(table));
                        RowSparseAdam adam = RowSparseAdam.builder().build();
                        Trainer trainer = FusedTwins.trainer(model, adam)) {
                    FusedTwins.once(trainer, new Random(1)); // and no step
                }
                if (closesTheTable) {
                    tables.close();
                }
                NDArray weight = base.ones(FusedTwins.IDS);
                weight.setRequiresGradient(true);
                NDArray gradient = base.ones(FusedTwins.IDS);
                try (RowSparseAdam other = RowSparseAdam.builder().build()) {
                    other.update("other", weight, gradient);
                }
                assertThat(weight.toFloatArray()).doesNotContain(1f);
            }
        }
    }

    @Test
    void nativeOperationsGiveTheBitsOfTheSparseGradient() {
        assertSame(() -> Kind.ADAM.optimizer(1, true));
    }

    @ParameterizedTest
    @EnumSource(
            value = Passes.class,
            names = {"ONCE", "ACCUMULATED"})
    void theGlobalNormIsThatOfTheSparseGradient(Passes kind) {
        assertThat(clipped(true, kind::run)).isEqualTo(clipped(false, kind::run));
    }

    @Test
    void aFrozenTableDoesNotMove() {
        NDArray table = twins.weight(DataType.FLOAT32);
        int[] before = Bits.of(table);
        clip(FusedTwins.builder(table, true).optFreeze(true).build(), FusedTwins::once);
        assertThat(Bits.of(table)).isEqualTo(before);
    }

    @Test
    void aTiedTableFallsBackToTheGraph() {
        assertThat(tied(true)).isEqualTo(tied(false));
    }

    @Test
    void withoutSparseTheGradientIsDense() {
        UnaryOperator<TokenEmbedding.Builder> dense = builder -> builder.optSparse(false);
        assertSame(dense, FusedTwins::thrice);
    }

    @Test
    void aDividedGradientIsRefusedAsWithTheSparseOne() {
        TokenEmbedding.Builder builder =
                FusedTwins.builder(twins.weight(DataType.FLOAT32), true).optScaleGradByFreq(true);
        assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStepWithoutABackwardPassMovesNothing() {
        NDArray table = twins.weight(DataType.FLOAT32);
        int[] before = Bits.of(table);
        FusedTwins.steps(
                FusedTwins.fused(table), RowSparseSgd.builder().build(), FusedTest::unused);
        assertThat(Bits.of(table)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lookupsOfAClosedTrainerAreOfTheNextOnesStep(boolean fused) {
        NDArray table = twins.weight(DataType.FLOAT32);
        int[] before = Bits.of(table);
        try (Model model = FusedTwins.model(FusedTwins.builder(table, fused).build())) {
            try (Trainer trainer = FusedTwins.trainer(model, RowSparseSgd.builder().build())) {
                FusedTwins.once(trainer, new Random(3));
            }
            try (Trainer trainer = FusedTwins.trainer(model, RowSparseSgd.builder().build())) {
                trainer.step();
            }
        }
        assertThat(Bits.of(table)).isNotEqualTo(before);
    }

    @Test
    void lookupsOfAClosedTableAreClosedByTheNextTables() {
        for (int times = 0; times < 2; times++) {
            NDArray table = twins.weight(DataType.FLOAT32);
            try (Model model = FusedTwins.model(FusedTwins.fused(table));
                    Trainer trainer = FusedTwins.trainer(model, RowSparseAdam.builder().build())) {
                FusedTwins.thrice(trainer, new Random(3));
                assertThat(openVectors()).isEqualTo(3);
            }
            table.close();
        }
    }

    /** Returns the number of arrays of looked-up vectors that are open. */
    private long openVectors() {
        return twins.manager().getManagedArrays().stream()
                .filter(array -> array.getShape().equals(FusedTwins.IDS.add(FusedTwins.WIDTH)))
                .count();
    }

    /** Autograd then gives the vectors and the parameter gradients of the same memory. */
    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "1, true", "2, true"})
    void aReshapedParameterOfTheVectorsSizeIsNoHazard(int passes, boolean transposed) {
        float[] expected = withShift(passes, transposed, 1);
        assertThat(withShift(passes, transposed, 0)).containsExactly(expected);
    }

    /**
     * Adds a parameter to the vectors of 40 ids, and steps the parameter before the table. The loss
     * is the mean over equal rows of a batch; with two, the gradients are new arrays.
     */
    private float[] withShift(int passes, boolean transposed, int more) {
        NDArray table = twins.weight(DataType.FLOAT32);
        NDArray zeros = twins.manager().zeros(new Shape(40, FusedTwins.WIDTH));
        NDArray shift = transposed ? zeros.transpose() : zeros;
        shift.setRequiresGradient(true);
        TokenEmbedding wte = FusedTwins.fused(table);
        table.setRequiresGradient(true);
        ParameterStore store = new ParameterStore(twins.manager(), false);
        try (RowSparseOptimizer optimizer = RowSparseSgd.builder().build()) {
            for (int pass = 0; pass < passes; pass++) {
                try (NDManager scratch = twins.manager().newSubManager();
                        GradientCollector collector = scratch.getEngine().newGradientCollector()) {
                    NDArray ids = scratch.arange(0, 40, 1, DataType.INT64).reshape(1, 40);
                    NDArray rows = ids.repeat(0, 1 + more);
                    NDArray vectors = wte.forward(store, new NDList(rows), true).singletonOrThrow();
                    NDArray straight = transposed ? shift.transpose() : shift;
                    NDArray sum = vectors.add(straight.reshape(1, 40, FusedTwins.WIDTH));
                    collector.backward(sum.square().sum().div(1 + more));
                }
            }
            optimizer.update("shift", shift, shift.getGradient());
            optimizer.update(wte.getParameters().valueAt(0).getId(), table, table.getGradient());
        }
        return table.toFloatArray();
    }

    @Test
    void twoThreadsTrainTwoTables() throws Exception {
        int[] expected = twins.train(false, FusedTwins::same, FusedTest::exclusive);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            NDArray one = twins.weight(DataType.FLOAT32);
            NDArray two = twins.weight(DataType.FLOAT32);
            Future<?> first = threads.submit(() -> exclusively(one));
            Future<?> second = threads.submit(() -> exclusively(two));
            first.get();
            second.get();
            assertThat(Bits.of(one)).isEqualTo(expected);
            assertThat(Bits.of(two)).isEqualTo(expected);
        } finally {
            threads.shutdown();
        }
    }

    private static void exclusively(NDArray table) {
        FusedTwins.steps(
                FusedTwins.fused(table), RowSparseAdam.builder().build(), FusedTest::exclusive);
    }

    /** DJL permits one collector at a time in a process. */
    private static void exclusive(Trainer trainer, Random random) {
        synchronized (FusedTest.class) {
            FusedTwins.thrice(trainer, random);
        }
    }

    private void assertSame(
            UnaryOperator<TokenEmbedding.Builder> options, BiConsumer<Trainer, Random> passes) {
        assertThat(twins.train(true, options, passes))
                .isEqualTo(twins.train(false, options, passes));
    }

    private void assertSame(Supplier<RowSparseOptimizer> optimizer) {
        assertThat(twins.train(true, FusedTwins::same, FusedTwins::once, optimizer.get()))
                .isEqualTo(twins.train(false, FusedTwins::same, FusedTwins::once, optimizer.get()));
    }

    private int[] tied(boolean fused) {
        NDArray table = twins.weight(DataType.FLOAT32);
        TokenEmbedding wte = FusedTwins.builder(table, fused).build();
        FusedTwins.steps(
                new SequentialBlock().add(wte).add(new TiedProjection(wte)),
                RowSparseAdam.builder().build(),
                FusedTwins::once);
        return Bits.of(table);
    }

    private int[] clipped(boolean fused, BiConsumer<Trainer, Random> passes) {
        NDArray table = twins.weight(DataType.FLOAT32);
        clip(FusedTwins.builder(table, fused).build(), passes);
        return Bits.of(table);
    }

    /** Trains a table and a linear layer with a global norm. */
    private void clip(TokenEmbedding wte, BiConsumer<Trainer, Random> passes) {
        SequentialBlock net =
                new SequentialBlock().add(wte).add(Linear.builder().setUnits(2).build());
        twins.manager().getEngine().setRandomSeed(4);
        ParameterGroups groups =
                ParameterGroups.builder()
                        .setBlock(net)
                        .setRest(RowSparseAdam.builder().build())
                        .optClipNorm(0.5)
                        .build();
        FusedTwins.steps(net, groups, passes);
    }

    private static NDArray table(Trainer trainer) {
        return trainer.getModel().getBlock().getParameters().valueAt(0).getArray();
    }

    /** Looks up in inference. */
    private static void infer(Trainer trainer, Random random) {
        try (NDManager scratch = trainer.getManager().newSubManager()) {
            NDArray found =
                    trainer.evaluate(new NDList(FusedTwins.ids(scratch, random)))
                            .singletonOrThrow();
            assertThat(found.sum().getFloat()).isFinite();
        }
    }

    /** Looks up in training, without a backward pass. */
    @SuppressWarnings("try") // The collector collects while it is open.
    private static void unused(Trainer trainer, Random random) {
        try (NDManager scratch = trainer.getManager().newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            assertThat(FusedTwins.look(trainer, scratch, random).getShape())
                    .isEqualTo(FusedTwins.IDS.add(FusedTwins.WIDTH));
        }
    }

    private static void empty(Trainer trainer) {
        try (NDManager scratch = trainer.getManager().newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            NDArray ids = scratch.create(new Shape(0, 3), DataType.INT64);
            NDArray found = trainer.forward(new NDList(ids)).singletonOrThrow();
            assertThat(found.getShape()).isEqualTo(new Shape(0, 3, FusedTwins.WIDTH));
            collector.backward(found.sum());
        }
    }
}
