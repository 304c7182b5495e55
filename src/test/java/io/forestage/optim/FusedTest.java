package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import io.forestage.nn.TiedProjection;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.Bits;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training without a gradient of the table gives the same bits as with its COO gradient. */
class FusedTest {

    private static final int ROWS = 60;
    private static final int WIDTH = 7;
    private static final int STEPS = 4;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    /** The optimisers, with an option that reads the state. */
    enum Kind {
        SGD(() -> RowSparseSgd.builder()),
        MOMENTUM(() -> RowSparseSgd.builder().optMomentum(0.9)),
        ADAGRAD(() -> RowSparseAdagrad.builder()),
        ADAM(() -> RowSparseAdam.builder()),
        ADAMW(() -> RowSparseAdamW.builder().optAmsgrad(true).optWeightDecays(0.1f));

        private final Supplier<RowSparseOptimizer.Builder<?>> builder;

        Kind(Supplier<RowSparseOptimizer.Builder<?>> builder) {
            this.builder = builder;
        }

        RowSparseOptimizer optimizer(int threads, boolean natively) {
            RowSparseOptimizer.Builder<?> given = builder.get().optThreads(threads);
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

    @Test
    void thousandsOfStepsLeaveNothingBehind() {
        NDArray table = weight(DataType.FLOAT32);
        TokenEmbedding wte = TokenEmbedding.builder().optWeight(table).optFused(true).build();
        int[] counts = new int[2];
        Random random = new Random(2);
        try (Model model = Model.newInstance("fused", Device.cpu(), "PyTorch");
                RowSparseOptimizer optimizer = RowSparseAdam.builder().build()) {
            model.setBlock(wte);
            try (Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
                trainer.initialize(new Shape(4, 40));
                for (int step = 0; step < 3000; step++) {
                    thrice(trainer, random);
                    trainer.step();
                    if (step == 10) {
                        counts[0] = open(table);
                    }
                }
                counts[1] = open(table);
            }
        }
        assertThat(counts[1]).isEqualTo(counts[0]);
    }

    /** Returns the number of open arrays of a table's manager and of all below it. */
    private static int open(NDArray table) {
        return table.getManager().getManagedArrays().size();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anyOptimizerGivesTheBitsOfTheSparseGradient(Kind kind) {
        for (int threads : new int[] {1, 2, 5}) {
            Train train = new Train(kind.optimizer(threads, false), DataType.FLOAT32);
            Train twin = new Train(kind.optimizer(threads, false), DataType.FLOAT32);
            assertThat(train.run(true, FusedTest::once))
                    .isEqualTo(twin.run(false, FusedTest::once));
        }
    }

    @Test
    void nativeOperationsGiveTheBitsOfTheSparseGradient() {
        Train train = new Train(Kind.ADAM.optimizer(1, true), DataType.FLOAT32);
        Train twin = new Train(Kind.ADAM.optimizer(1, true), DataType.FLOAT32);
        assertThat(train.run(true, FusedTest::once)).isEqualTo(twin.run(false, FusedTest::once));
    }

    @Test
    void severalLookupsAndBackwardPassesAreOneGradient() {
        BiConsumer<Trainer, Random> passes =
                (trainer, random) -> {
                    for (int pass = 0; pass < 3; pass++) {
                        thrice(trainer, random);
                    }
                };
        assertThat(train(FusedTest::same).run(true, passes))
                .isEqualTo(train(FusedTest::same).run(false, passes));
    }

    @Test
    void thePaddingRowGetsNoGradient() {
        UnaryOperator<TokenEmbedding.Builder> padding = builder -> builder.optPaddingIdx(3);
        assertThat(train(padding).run(true, FusedTest::thrice))
                .isEqualTo(train(padding).run(false, FusedTest::thrice));
    }

    @Test
    void rowsAreScaledToTheMaximumNormFirst() {
        UnaryOperator<TokenEmbedding.Builder> norm = builder -> builder.optMaxNorm(1);
        assertThat(train(norm).run(true, FusedTest::thrice))
                .isEqualTo(train(norm).run(false, FusedTest::thrice));
    }

    @Test
    void theGlobalNormIsThatOfTheSparseGradient() {
        assertThat(clipped(true)).isEqualTo(clipped(false));
    }

    @Test
    void aFrozenTableDoesNotMove() {
        UnaryOperator<TokenEmbedding.Builder> frozen = builder -> builder.optFreeze(true);
        int[] before = Bits.of(weight(DataType.FLOAT32));
        assertThat(withHead(RowSparseAdam.builder().build(), true, frozen)).isEqualTo(before);
    }

    @Test
    void aTiedTableFallsBackToTheGraph() {
        assertThat(tied(true)).isEqualTo(tied(false));
    }

    @Test
    void anotherUseOfTheTableIsRefused() {
        NDArray table = weight(DataType.FLOAT32);
        TokenEmbedding wte = TokenEmbedding.builder().optWeight(table).optFused(true).build();
        int[] before = Bits.of(table);

        assertThatThrownBy(
                        () ->
                                steps(
                                        wte,
                                        RowSparseAdam.builder().build(),
                                        (trainer, random) -> {
                                            once(trainer, random);
                                            Trainers.setGradient(table, 1f);
                                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("(60, 7)", "optFused", "found a dense one", "optSparse");
        assertThat(Bits.of(table)).isEqualTo(before);
    }

    @Test
    void aStepWithoutABackwardPassMovesNothing() {
        NDArray table = weight(DataType.FLOAT32);
        TokenEmbedding wte = TokenEmbedding.builder().optWeight(table).optFused(true).build();
        int[] before = Bits.of(table);
        steps(
                wte,
                RowSparseSgd.builder().build(),
                (trainer, random) -> forward(trainer, ids(trainer.getManager(), random)));
        assertThat(Bits.of(table)).isEqualTo(before);
    }

    @Test
    void theGradientToLookAtIsNotANumber() {
        NDArray table = weight(DataType.FLOAT32);
        TokenEmbedding wte = TokenEmbedding.builder().optWeight(table).optFused(true).build();
        steps(
                wte,
                RowSparseSgd.builder().build(),
                (trainer, random) -> {
                    once(trainer, random);
                    try (NDArray gradient = table.getGradient()) {
                        assertThat(gradient.sum().getFloat()).isNaN();
                    }
                });
        assertThat(table.sum().getFloat()).isFinite();
    }

    @Test
    void theVectorsMayBeChangedInPlace() {
        BiConsumer<Trainer, Random> pass =
                (trainer, random) -> {
                    try (NDManager scratch = trainer.getManager().newSubManager();
                            GradientCollector collector = trainer.newGradientCollector()) {
                        NDArray vectors =
                                trainer.forward(new NDList(ids(scratch, random)))
                                        .singletonOrThrow();
                        collector.backward(vectors.addi(1).square().sum());
                    }
                };
        assertThat(train(FusedTest::same).run(true, pass))
                .isEqualTo(train(FusedTest::same).run(false, pass));
    }

    private Train train(UnaryOperator<TokenEmbedding.Builder> options) {
        return new Train(RowSparseAdam.builder().build(), DataType.FLOAT32, options);
    }

    private int[] tied(boolean fused) {
        NDArray table = weight(DataType.FLOAT32);
        TokenEmbedding wte =
                TokenEmbedding.builder().optWeight(table).optSparse(true).optFused(fused).build();
        steps(
                new SequentialBlock().add(wte).add(new TiedProjection(wte)),
                RowSparseAdam.builder().build(),
                FusedTest::once);
        return Bits.of(table);
    }

    private int[] clipped(boolean fused) {
        return withHead(RowSparseAdam.builder().build(), fused, FusedTest::same);
    }

    /** Trains a table and a linear layer with a global norm; returns the table's bits. */
    private int[] withHead(
            RowSparseOptimizer rest, boolean fused, UnaryOperator<TokenEmbedding.Builder> options) {
        NDArray table = weight(DataType.FLOAT32);
        TokenEmbedding wte =
                options.apply(TokenEmbedding.builder().optWeight(table).optSparse(true))
                        .optFused(fused)
                        .optSparse(true)
                        .build();
        SequentialBlock net =
                new SequentialBlock().add(wte).add(Linear.builder().setUnits(2).build());
        manager.getEngine().setRandomSeed(4);
        ParameterGroups groups =
                ParameterGroups.builder().setBlock(net).setRest(rest).optClipNorm(0.5).build();
        steps(net, groups, FusedTest::once);
        return Bits.of(table);
    }

    private NDArray weight(DataType type) {
        manager.getEngine().setRandomSeed(6);
        return manager.randomNormal(0, 1, new Shape(ROWS, WIDTH), type);
    }

    private void steps(Block block, Optimizer optimizer, BiConsumer<Trainer, Random> passes) {
        Random random = new Random(9);
        try (Model model = Model.newInstance("fused", Device.cpu(), "PyTorch")) {
            model.setBlock(block);
            try (Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
                trainer.initialize(new Shape(4, 40));
                for (int step = 0; step < STEPS; step++) {
                    passes.accept(trainer, random);
                    trainer.step();
                }
            }
        }
    }

    /** A run of some steps. */
    private final class Train {

        private final RowSparseOptimizer optimizer;
        private final DataType type;
        private final UnaryOperator<TokenEmbedding.Builder> options;

        Train(RowSparseOptimizer optimizer, DataType type) {
            this(optimizer, type, FusedTest::same);
        }

        Train(
                RowSparseOptimizer optimizer,
                DataType type,
                UnaryOperator<TokenEmbedding.Builder> options) {
            this.optimizer = optimizer;
            this.type = type;
            this.options = options;
        }

        int[] run(boolean fused, BiConsumer<Trainer, Random> passes) {
            NDArray table = weight(type);
            TokenEmbedding.Builder builder = TokenEmbedding.builder().optWeight(table);
            builder = fused ? builder.optFused(true) : builder.optSparse(true);
            steps(options.apply(builder).build(), optimizer, passes);
            return Bits.of(table);
        }
    }

    private static TokenEmbedding.Builder same(TokenEmbedding.Builder builder) {
        return builder;
    }

    private static void once(Trainer trainer, Random random) {
        try (NDManager scratch = trainer.getManager().newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            NDArray output = trainer.forward(new NDList(ids(scratch, random))).singletonOrThrow();
            collector.backward(output.square().sum());
        }
    }

    /** Three lookups, whose sum is squared. */
    private static void thrice(Trainer trainer, Random random) {
        try (NDManager scratch = trainer.getManager().newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            NDArray first = trainer.forward(new NDList(ids(scratch, random))).singletonOrThrow();
            NDArray second = trainer.forward(new NDList(ids(scratch, random))).singletonOrThrow();
            NDArray third = trainer.forward(new NDList(ids(scratch, random))).singletonOrThrow();
            collector.backward(first.add(second.mul(third)).square().sum());
        }
    }

    @SuppressWarnings("try") // The collector collects while it is open.
    private static void forward(Trainer trainer, NDArray ids) {
        try (ids;
                GradientCollector collector = trainer.newGradientCollector();
                NDArray output = trainer.forward(new NDList(ids)).singletonOrThrow()) {
            assertThat(output.getShape()).isEqualTo(new Shape(4, 40, WIDTH));
        }
    }

    /** Squared, so that the first rows are frequent and have long sums. */
    private static NDArray ids(NDManager scratch, Random random) {
        long[] ids = random.doubles(160).mapToLong(x -> (long) (x * x * ROWS)).toArray();
        return scratch.create(ids, new Shape(4, 40));
    }
}
