package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.Bits;
import io.forestage.torch.RowUpdates;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of PyTorch's {@code test/test_optim.py} for {@code torch.optim.SGD}, {@code Adagrad},
 * {@code Adam}, {@code AdamW} and {@code SparseAdam}, with the options of its {@code
 * common_optimizers.py}, in the order of that file; each display name starts with PyTorch's.
 */
class PyTorchOptimSuiteTest {

    private static final int STEPS = 20;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    /**
     * An optimiser with options of PyTorch's cases.
     *
     * @param name PyTorch's name and options
     * @param make makes the optimiser with a schedule of the learning rate
     * @param rate the learning rate
     * @param maximizes whether it maximises the loss
     * @param sparse whether the table's gradient is sparse
     * @param decays whether weights move without a gradient
     */
    private record Kind(
            String name,
            Function<ParameterTracker, RowSparseOptimizer> make,
            float rate,
            boolean maximizes,
            boolean sparse,
            boolean decays) {

        RowSparseOptimizer optimizer() {
            return make.apply(Tracker.fixed(rate));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private interface Options<B> {
        B with(B builder);
    }

    private static Kind sgd(String options, float rate, Options<RowSparseSgd.Builder> with) {
        return new Kind(
                "SGD " + options,
                tracker ->
                        with.with(RowSparseSgd.builder().optLearningRateTracker(tracker)).build(),
                rate,
                options.contains("maximize"),
                false,
                options.contains("weight_decay"));
    }

    private static Kind adagrad(
            String options, float rate, Options<RowSparseAdagrad.Builder> with) {
        return new Kind(
                "Adagrad " + options,
                tracker ->
                        with.with(RowSparseAdagrad.builder().optLearningRateTracker(tracker))
                                .build(),
                rate,
                options.contains("maximize"),
                false,
                options.contains("weight_decay"));
    }

    private static Kind adam(
            String options, float rate, boolean sparse, Options<RowSparseAdam.Builder> with) {
        return new Kind(
                (sparse ? "SparseAdam " : "Adam ") + options,
                tracker ->
                        with.with(RowSparseAdam.builder().optLearningRateTracker(tracker)).build(),
                rate,
                options.contains("maximize"),
                sparse,
                options.contains("weight_decay"));
    }

    private static Kind adamW(String options, float rate, Options<RowSparseAdamW.Builder> with) {
        return new Kind(
                "AdamW " + options,
                tracker ->
                        with.with(RowSparseAdamW.builder().optLearningRateTracker(tracker)).build(),
                rate,
                options.contains("maximize"),
                false,
                true);
    }

    /** The options of PyTorch's {@code optim_inputs_func_…}, without learning rates as tensors. */
    static List<Kind> kinds() {
        return List.of(
                adagrad("default", 0.01f, b -> b),
                adagrad("weight_decay", 0.01f, b -> b.optWeightDecays(0.1f)),
                adagrad(
                        "weight_decay, maximize",
                        0.01f,
                        b -> b.optWeightDecays(0.1f).optMaximize(true)),
                adagrad("lr", 0.1f, b -> b),
                adagrad(
                        "initial_accumulator_value, weight_decay",
                        0.01f,
                        b -> b.optInitialAccumulatorValue(0.1).optWeightDecays(0.1f)),
                adagrad(
                        "lr_decay, weight_decay",
                        0.1f,
                        b -> b.optLearningRateDecay(0.5).optWeightDecays(0.1f)),
                adam("default", 0.001f, false, b -> b),
                adam("lr", 0.01f, false, b -> b),
                adam("weight_decay", 0.001f, false, b -> b.optWeightDecays(0.1f)),
                adam(
                        "weight_decay, maximize",
                        0.001f,
                        false,
                        b -> b.optWeightDecays(0.1f).optMaximize(true)),
                adam(
                        "weight_decay, amsgrad",
                        0.001f,
                        false,
                        b -> b.optWeightDecays(0.1f).optAmsgrad(true)),
                adamW("default", 0.001f, b -> b),
                adamW("lr", 0.01f, b -> b),
                adamW("weight_decay", 0.001f, b -> b.optWeightDecays(0.1f)),
                adamW(
                        "weight_decay, maximize",
                        0.001f,
                        b -> b.optWeightDecays(0.1f).optMaximize(true)),
                adamW(
                        "weight_decay, amsgrad",
                        0.001f,
                        b -> b.optWeightDecays(0.1f).optAmsgrad(true)),
                sgd("default", 0.001f, b -> b),
                sgd("lr", 0.01f, b -> b),
                sgd("weight_decay", 0.001f, b -> b.optWeightDecays(0.5f)),
                sgd("momentum", 0.001f, b -> b.optMomentum(0.9)),
                sgd(
                        "weight_decay, maximize",
                        0.001f,
                        b -> b.optWeightDecays(0.1f).optMaximize(true)),
                sgd("momentum, dampening", 0.001f, b -> b.optMomentum(0.9).optDampening(0.5)),
                sgd(
                        "momentum, weight_decay",
                        0.001f,
                        b -> b.optMomentum(0.9).optWeightDecays(0.1f)),
                sgd(
                        "momentum, nesterov, weight_decay",
                        0.001f,
                        b -> b.optMomentum(0.9).optNesterov(true).optWeightDecays(0.1f)),
                adam("default", 0.001f, true, b -> b),
                adam("lr", 0.01f, true, b -> b),
                adam("maximize", 0.001f, true, b -> b.optMaximize(true)));
    }

    /** A schedule: the factor of the learning rate in step 0, 1, 2, …. */
    private record Schedule(String name, Function<Integer, Double> factor) {

        ParameterTracker of(float rate) {
            return (id, step) -> (float) (rate * factor.apply(step - 1));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static double linear(double from, double to, int steps, int step) {
        return from + (to - from) * Math.min(step, steps) / steps;
    }

    /** The schedulers of PyTorch's cases. */
    static List<Schedule> schedules() {
        return List.of(
                new Schedule("ExponentialLR", step -> Math.pow(0.9, step)),
                new Schedule("LinearLR", step -> linear(0.4, 1, 4, step)),
                new Schedule("ConstantLR", step -> step < 4 ? 0.4 : 1),
                new Schedule("PolynomialLR", step -> Math.pow(Math.max(0, 1 - step / 4.0), 0.9)),
                new Schedule("StepLR", step -> Math.pow(0.9, step / 10)),
                new Schedule(
                        "StepLR and LinearLR",
                        step -> Math.pow(0.9, step / 10) * linear(0.4, 0.6, 4, step)),
                new Schedule(
                        "ConstantLR and ExponentialLR",
                        step -> (step < 4 ? 0.4 : 1) * Math.pow(0.9, step)));
    }

    /** Each optimiser with two schedules in turn; all combinations would take minutes. */
    static Stream<Arguments> scheduled() {
        List<Schedule> schedules = schedules();
        return IntStream.range(0, 2 * kinds().size())
                .mapToObj(
                        i -> Arguments.of(kinds().get(i / 2), schedules.get(i % schedules.size())));
    }

    @Test
    @DisplayName("test_errors: options out of their range, each by its name")
    void errors() {
        assertRefused("momentum: ", () -> RowSparseSgd.builder().optMomentum(-0.5).build());
        assertRefused(
                "learningRateDecay: ",
                () -> RowSparseAdagrad.builder().optLearningRateDecay(-0.5).build());
        assertRefused(
                "weightDecays: ", () -> RowSparseAdagrad.builder().optWeightDecays(-1).build());
        assertRefused("beta1: ", () -> RowSparseAdam.builder().optBeta1(1).optBeta2(0).build());
        assertRefused("beta1: ", () -> RowSparseAdamW.builder().optBeta1(1).optBeta2(0).build());
        assertRefused("weightDecays: ", () -> RowSparseAdam.builder().optWeightDecays(-1).build());
        assertRefused("weightDecays: ", () -> RowSparseAdamW.builder().optWeightDecays(-1).build());
        assertRefused("weightDecays: ", () -> RowSparseSgd.builder().optWeightDecays(-1).build());
    }

    @ParameterizedTest(name = "test_forloop_goes_right_direction_{0}")
    @MethodSource("kinds")
    void goesRightDirection(Kind kind) {
        for (boolean contiguous : new boolean[] {true, false}) {
            LeastSquares problem = LeastSquares.of(manager, 1, kind.sparse, contiguous);
            assertDirection(kind, problem, kind.optimizer());
        }
    }

    @ParameterizedTest(name = "test_forloop_goes_right_direction_with_lrsched_{0}: {1}")
    @MethodSource("scheduled")
    void goesRightDirectionWithSchedule(Kind kind, Schedule schedule) {
        LeastSquares problem = LeastSquares.of(manager, 2, kind.sparse, true);
        assertDirection(kind, problem, kind.make.apply(schedule.of(kind.rate)));
    }

    @ParameterizedTest(name = "test_param_group_with_lrscheduler_goes_right_direction_{0}: {1}")
    @MethodSource("scheduled")
    void groupsWithSchedules(Kind kind, Schedule schedule) {
        LeastSquares first = LeastSquares.of(manager, 3, kind.sparse, true);
        LeastSquares second = LeastSquares.of(manager, 4, kind.sparse, true);
        double before = first.loss() + second.loss();
        try (RowSparseOptimizer slow = kind.make.apply(schedule.of(kind.rate));
                RowSparseOptimizer fast = kind.make.apply(schedule.of(0.01f))) {
            for (int step = 0; step < STEPS; step++) {
                first.step(slow);
                second.step(fast);
            }
        }

        if (kind.maximizes) {
            assertThat(first.loss() + second.loss()).isGreaterThan(before);
        } else {
            assertThat(first.loss() + second.loss()).isLessThan(before);
        }
    }

    static Stream<Arguments> descents() {
        return Stream.of(
                        new Kind(
                                "SGD",
                                t -> RowSparseSgd.builder().optLearningRateTracker(t).build(),
                                4.8e-3f,
                                false,
                                true,
                                false),
                        new Kind(
                                "Adagrad",
                                t -> RowSparseAdagrad.builder().optLearningRateTracker(t).build(),
                                0.1f,
                                false,
                                true,
                                false),
                        new Kind(
                                "SparseAdam",
                                t -> RowSparseAdam.builder().optLearningRateTracker(t).build(),
                                4e-2f,
                                false,
                                true,
                                false),
                        new Kind(
                                "SparseAdam, maximize",
                                t ->
                                        RowSparseAdam.builder()
                                                .optLearningRateTracker(t)
                                                .optMaximize(true)
                                                .build(),
                                4e-2f,
                                true,
                                true,
                                false))
                .flatMap(kind -> Stream.of(Arguments.of(kind, false), Arguments.of(kind, true)));
    }

    @ParameterizedTest(name = "test_rosenbrock_sparse_{0}: scheduled {1}")
    @MethodSource("descents")
    void rosenbrock(Kind kind, boolean scheduled) {
        Schedule schedule =
                new Schedule("StepLR", step -> scheduled ? Math.pow(1 - 1e-5, step / 300) : 1);
        NDArray sparse = manager.create(new float[] {1.5f, 1.5f}, new Shape(2, 1)).duplicate();
        NDArray dense = sparse.duplicate();
        Lookups rows = Lookups.of(sparse, true, -1);
        Lookups all = Lookups.of(dense, false, -1);
        boolean hasDenseTwin = !kind.name.startsWith("SparseAdam");
        double before = rosenbrock(sparse.toFloatArray());
        double distance = distance(sparse.toFloatArray());
        try (RowSparseOptimizer optimizer = kind.make.apply(schedule.of(kind.rate));
                RowSparseOptimizer twin = kind.make.apply(schedule.of(kind.rate))) {
            for (int step = 0; step < 1800; step++) {
                descend(rows, optimizer, sparse, step % 2);
                if (hasDenseTwin) {
                    descend(all, twin, dense, step % 2);
                    assertThat(sparse.toFloatArray())
                            .containsExactly(dense.toFloatArray(), within(5e-6f));
                }
            }
        }

        if (kind.maximizes) {
            assertThat(rosenbrock(sparse.toFloatArray())).isGreaterThanOrEqualTo(before);
        } else {
            assertThat(distance(sparse.toFloatArray())).isLessThanOrEqualTo(distance);
        }
    }

    @Test
    @DisplayName(
            "test_adamw_serialization: Adam's state is not AdamW's, which is said, not guessed")
    void adamWSerialization() throws IOException {
        TokenEmbedding block = block(false);
        try (RowSparseOptimizer adam = RowSparseAdam.builder().build();
                RowSparseOptimizer adamW = RowSparseAdamW.builder().build()) {
            step(adam, block, false, 1, 2);
            step(adamW, block, false, 1, 2);
            byte[] ofAdam = saved(adam, block);
            byte[] ofAdamW = saved(adamW, block);

            assertThatThrownBy(() -> adamW.loadState(block, in(ofAdam)))
                    .isInstanceOf(OptimizerStateException.class)
                    .hasMessageContainingAll("expected adamw", "found adam");
            adamW.loadState(block, in(ofAdamW));
            assertThat(saved(adamW, block)).isEqualTo(ofAdamW);
        }
    }

    @ParameterizedTest(name = "test_foreach_matches_forloop, test_fused_matches_forloop_{0}")
    @MethodSource("kinds")
    void bothWaysMatch(Kind kind) {
        // A view uses the native operations, a contiguous table the Java code.
        LeastSquares host = LeastSquares.of(manager, 5, kind.sparse, true);
        LeastSquares natively = LeastSquares.of(manager, 5, kind.sparse, false);
        LeastSquares start = LeastSquares.of(manager, 5, kind.sparse, true);
        try (RowSparseOptimizer first = kind.optimizer();
                RowSparseOptimizer second = kind.optimizer()) {
            for (int step = 0; step < 7; step++) {
                if (step != 2) { // nothing was computed: nothing is to be done
                    host.backward();
                    natively.backward();
                }
                first.update("table", host.table(), host.table().getGradient());
                second.update("table", natively.table(), natively.table().getGradient());
                if (step < 3 || step > 4) { // frozen for two steps
                    first.update("bias", host.bias(), host.bias().getGradient());
                    second.update("bias", natively.bias(), natively.bias().getGradient());
                } else {
                    RowUpdates.clearGradient(host.bias());
                    RowUpdates.clearGradient(natively.bias());
                }

                assertThat(Bits.of(natively.table())).isEqualTo(Bits.of(host.table()));
                assertThat(Bits.of(natively.bias())).isEqualTo(Bits.of(host.bias()));
            }
        }
        assertThat(Bits.of(host.table())).isNotEqualTo(Bits.of(start.table()));
    }

    @ParameterizedTest(name = "test_param_groups_weight_decay_{0}")
    @MethodSource("kinds")
    void groupsWithAndWithoutDecay(Kind kind) {
        if (!kind.decays) {
            return;
        }
        // Both tables have zero gradients; only the one whose group has weight decay moves.
        NDArray decayed = manager.ones(new Shape(2, 3)).duplicate();
        NDArray left = decayed.duplicate();
        NDArray zeros = manager.zeros(new Shape(2, 3));
        try (RowSparseOptimizer with = kind.optimizer();
                RowSparseOptimizer without = withoutDecay(kind)) {
            for (int step = 0; step < STEPS; step++) {
                with.update("decayed", decayed, zeros);
                without.update("left", left, zeros);
            }
        }

        assertThat(left.toFloatArray()).containsOnly(1);
        for (float value : decayed.toFloatArray()) {
            // With maximize too: the gradient is negated before the decay is added.
            assertThat(value).isLessThan(1);
        }
    }

    @ParameterizedTest(name = "test_param_groups_lr_{0}")
    @MethodSource("kinds")
    void groupsWithRatesOfTheirOwn(Kind kind) {
        LeastSquares problem = LeastSquares.of(manager, 6, kind.sparse, true);
        LeastSquares irrelevant = LeastSquares.of(manager, 7, kind.sparse, true);
        float[] before = irrelevant.table().toFloatArray();
        try (RowSparseOptimizer still = kind.make.apply(Tracker.fixed(1e-28f))) {
            for (int step = 0; step < STEPS; step++) {
                irrelevant.step(still);
            }
        }
        assertDirection(kind, problem, kind.optimizer());

        assertThat(irrelevant.table().toFloatArray()).containsExactly(before);
    }

    @ParameterizedTest(name = "test_step_is_noop_when_params_have_no_grad_{0}")
    @MethodSource("kinds")
    void noGradNoStep(Kind kind) {
        TokenEmbedding frozen = block(kind.sparse);
        frozen.freeze();
        TokenEmbedding trained = block(kind.sparse);
        SequentialBlock net =
                new SequentialBlock()
                        .add(
                                new ParallelBlock(
                                        both ->
                                                new NDList(
                                                        both.get(0)
                                                                .singletonOrThrow()
                                                                .add(
                                                                        both.get(1)
                                                                                .singletonOrThrow())),
                                        List.of(frozen, trained)));
        int[] before = Bits.of(array(frozen));
        try (RowSparseOptimizer optimizer = kind.optimizer();
                Model model = Model.newInstance("frozen", "PyTorch")) {
            model.setBlock(net);
            try (Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
                NDArray ids = manager.create(new long[] {0, 1}, new Shape(1, 2));
                trainer.initialize(ids.getShape());
                Trainers.backward(trainer, ids, manager.ones(new Shape(1, 2, 3)));
                trainer.step();
            }
            assertThat(Bits.of(array(frozen))).isEqualTo(before);
            assertThat(Bits.of(array(trained))).isNotEqualTo(before);
        }
    }

    @ParameterizedTest(name = "test_step_is_noop_for_zero_grads_{0}")
    @MethodSource("kinds")
    void zeroGradNoStep(Kind kind) {
        if (kind.decays) {
            return; // as in PyTorch's case: weight decay needs no gradient
        }
        NDArray table = manager.create(new float[] {1, -2, 3, -4, 5}, new Shape(5, 1)).duplicate();
        int[] before = Bits.of(table);
        Lookups lookups = Lookups.of(table, kind.sparse, -1);
        // A sparse gradient without rows, and a dense one of zeros.
        lookups.backward(manager.create(new long[0]), manager.create(new Shape(0, 1)));
        try (RowSparseOptimizer optimizer = kind.optimizer()) {
            optimizer.update("table", table, lookups.gradient());
        }

        assertThat(Bits.of(table)).isEqualTo(before);
    }

    @ParameterizedTest(name = "test_state_dict_deterministic_{0}")
    @MethodSource("kinds")
    void stateIsDeterministic(Kind kind) throws IOException {
        TokenEmbedding block = block(kind.sparse);
        TokenEmbedding copy = block(kind.sparse);
        try (RowSparseOptimizer first = kind.optimizer();
                RowSparseOptimizer second = kind.optimizer()) {
            for (int i = 0; i < 10; i++) {
                step(first, block, kind.sparse, 1, i % 4, i % 4);
            }
            copy(array(block), array(copy));
            byte[] state = saved(first, block);
            second.loadState(copy, in(state));
            assertThat(saved(second, copy)).isEqualTo(state);
            for (int i = 0; i < 10; i++) {
                step(first, block, kind.sparse, 2, i % 4);
                step(second, copy, kind.sparse, 2, i % 4);
                assertThat(Bits.of(array(copy))).isEqualTo(Bits.of(array(block)));
            }
            assertThat(saved(second, copy)).isEqualTo(saved(first, block));
            assertThat(saved(first, block)).isNotEqualTo(state);
        }
    }

    @ParameterizedTest(name = "test_save_load_equality_with_weights_only_{0}")
    @MethodSource("kinds")
    void aSavedFileGivesTheStateAgain(Kind kind) throws IOException {
        TokenEmbedding block = block(kind.sparse);
        Path file = folder.resolve("state");
        try (RowSparseOptimizer first = kind.optimizer();
                RowSparseOptimizer second = kind.optimizer()) {
            for (int i = 0; i < 3; i++) {
                step(first, block, kind.sparse, 0, 3);
            }
            try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
                first.saveState(block, out);
            }
            try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
                second.loadState(block, in);
            }

            assertThat(saved(second, block)).isEqualTo(saved(first, block));
        }
    }

    @ParameterizedTest(name = "test_non_empty_state_{0}")
    @MethodSource("kinds")
    void aStepLeavesAState(Kind kind) throws IOException {
        TokenEmbedding block = block(kind.sparse);
        try (RowSparseOptimizer optimizer = kind.optimizer()) {
            byte[] none = saved(optimizer, block);
            step(optimizer, block, kind.sparse, 1);

            assertThat(saved(optimizer, block)).hasSizeGreaterThan(none.length);
            assertThat(optimizer.states().of(id(block), array(block)).steps()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("test_can_load_from_to_named_state_dict: the state is known by its names")
    void theStateHasNames() throws IOException {
        TokenEmbedding block = block(false);
        Block other = new SequentialBlock().add(block(false));
        try (RowSparseOptimizer optimizer = RowSparseAdam.builder().build();
                RowSparseOptimizer second = RowSparseAdam.builder().build()) {
            step(optimizer, block, false, 1);
            byte[] state = saved(optimizer, block);

            assertThatThrownBy(() -> second.loadState(other, in(state)))
                    .isInstanceOf(OptimizerStateException.class)
                    .hasMessageContaining(
                            "found weight; load it for the block that it was saved from");
        }
    }

    private void assertDirection(Kind kind, LeastSquares problem, RowSparseOptimizer optimizer) {
        double before = problem.loss();
        try (optimizer) {
            for (int step = 0; step < STEPS; step++) {
                problem.step(optimizer);
            }
        }
        if (kind.maximizes) {
            assertThat(problem.loss()).isGreaterThan(before);
        } else {
            assertThat(problem.loss()).isLessThan(before);
        }
    }

    private static void assertRefused(String option, ThrowingCallable build) {
        assertThatThrownBy(build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(option)
                .hasMessageContainingAll("expected", "found");
    }

    /** The gradient of one coordinate, in two parts of a sparse gradient, or dense. */
    private void descend(
            Lookups lookups, RowSparseOptimizer optimizer, NDArray weight, int coordinate) {
        float[] at = weight.toFloatArray();
        double slope =
                coordinate == 0
                        ? -400.0 * at[0] * (at[1] - at[0] * at[0]) - 2 * (1 - at[0])
                        : 200.0 * (at[1] - at[0] * at[0]);
        float quarter = (float) (slope / 4);
        float[] parts = {quarter, (float) slope - quarter};
        lookups.backward(
                manager.create(new long[] {coordinate, coordinate}),
                manager.create(parts, new Shape(2, 1)));
        optimizer.update("weight", weight, lookups.gradient());
    }

    private static double rosenbrock(float... at) {
        double x = at[0];
        double y = at[1];
        return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
    }

    private static double distance(float... at) {
        return Math.hypot(at[0] - 1, at[1] - 1);
    }

    private TokenEmbedding block(boolean sparse) {
        manager.getEngine().setRandomSeed(1);
        TokenEmbedding block =
                TokenEmbedding.builder()
                        .setNumEmbeddings(4)
                        .setEmbeddingDim(3)
                        .optSparse(sparse)
                        .build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));
        return block;
    }

    private void step(
            RowSparseOptimizer optimizer, TokenEmbedding block, boolean sparse, long... ids) {
        NDArray weight = array(block);
        Lookups.of(weight, sparse, -1)
                .backward(manager.create(ids), manager.ones(new Shape(ids.length, 3)));
        optimizer.update(id(block), weight, weight.getGradient());
    }

    private static RowSparseOptimizer withoutDecay(Kind kind) {
        ParameterTracker rate = Tracker.fixed(kind.rate);
        return switch (kind.name.substring(0, kind.name.indexOf(' '))) {
            case "SGD" -> RowSparseSgd.builder().optLearningRateTracker(rate).build();
            case "Adagrad" -> RowSparseAdagrad.builder().optLearningRateTracker(rate).build();
            case "Adam" -> RowSparseAdam.builder().optLearningRateTracker(rate).build();
            default ->
                    RowSparseAdamW.builder()
                            .optLearningRateTracker(rate)
                            .optWeightDecays(0)
                            .build();
        };
    }

    private static NDArray array(Block block) {
        return block.getParameters().valueAt(0).getArray();
    }

    private static String id(Block block) {
        return block.getParameters().valueAt(0).getId();
    }

    private static void copy(NDArray from, NDArray to) {
        try (NDArray values = to.stopGradient()) {
            values.muli(0).addi(from.stopGradient());
        }
    }

    private static byte[] saved(RowSparseOptimizer optimizer, Block block) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        optimizer.saveState(block, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
