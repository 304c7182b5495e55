package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptionsTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private record Refusal(String message, ThrowingCallable build) {

        @Override
        public String toString() {
            return message;
        }
    }

    static List<Refusal> refusals() {
        return List.of(
                new Refusal("momentum: ", () -> RowSparseSgd.builder().optMomentum(-0.5).build()),
                new Refusal(
                        "dampening: ",
                        () -> RowSparseSgd.builder().optDampening(Double.NaN).build()),
                new Refusal("nesterov: ", () -> RowSparseSgd.builder().optNesterov(true).build()),
                new Refusal(
                        "nesterov: ",
                        () ->
                                RowSparseSgd.builder()
                                        .optMomentum(0.5)
                                        .optDampening(0.5)
                                        .optNesterov(true)
                                        .build()),
                new Refusal(
                        "weightDecays: ", () -> RowSparseSgd.builder().optWeightDecays(-1).build()),
                new Refusal("threads: ", () -> RowSparseSgd.builder().optThreads(0)),
                new Refusal(
                        "rescaleGrad: ",
                        () -> RowSparseSgd.builder().setRescaleGrad(Float.NaN).build()),
                new Refusal(
                        "clipGrad: ", () -> RowSparseSgd.builder().optClipGrad(Float.NaN).build()),
                new Refusal("beta1: ", () -> RowSparseAdam.builder().optBeta1(1).build()),
                new Refusal("beta2: ", () -> RowSparseAdamW.builder().optBeta2(-0.1).build()),
                new Refusal("epsilon: ", () -> RowSparseAdam.builder().optEpsilon(0).build()),
                new Refusal("epsilon: ", () -> RowSparseAdagrad.builder().optEpsilon(-1).build()),
                new Refusal(
                        "learningRateDecay: ",
                        () -> RowSparseAdagrad.builder().optLearningRateDecay(-1).build()),
                new Refusal(
                        "initialAccumulatorValue: ",
                        () -> RowSparseAdagrad.builder().optInitialAccumulatorValue(-1).build()),
                new Refusal("clipNorm: ", () -> ParameterGroups.builder().optClipNorm(0)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void anOptionOutOfItsRangeIsRefusedWithItsName(Refusal refusal) {
        assertThatThrownBy(refusal.build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(refusal.message())
                .hasMessageContainingAll("expected", "found");
    }

    @ParameterizedTest
    @MethodSource("withDecay")
    void weightDecayOfASparseGradientIsRefusedAsInPyTorch(RowSparseOptimizer optimizer) {
        NDArray weight = manager.zeros(new Shape(4, 2));
        Lookups lookups = Lookups.of(weight, true, -1);
        lookups.backward(manager.create(new long[] {3}), manager.ones(new Shape(1, 2)));

        assertThatThrownBy(() -> optimizer.update("table", weight, lookups.gradient()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("weightDecays", "found 0.5", "RowSparseAdamW");
    }

    static List<RowSparseOptimizer> withDecay() {
        return List.of(
                RowSparseSgd.builder().optWeightDecays(0.5f).build(),
                RowSparseAdagrad.builder().optWeightDecays(0.5f).build(),
                RowSparseAdam.builder().optWeightDecays(0.5f).build());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void gradientsAreScaledThenClippedOnBothSidesAfterTheirSum(boolean natively) {
        NDArray weight = manager.zeros(new Shape(4, 2));
        Lookups lookups = Lookups.of(weight, true, -1);
        RowSparseSgd.Builder builder =
                RowSparseSgd.builder()
                        .optLearningRateTracker(Tracker.fixed(1f))
                        .setRescaleGrad(0.5f)
                        .optClipGrad(2f);
        try (RowSparseSgd optimizer =
                natively ? builder.optNativeOperations().build() : builder.build()) {
            // Row 1: (6 + 2) / 2 and (-6 - 2) / 2, both outside the bounds; row 2: inside them.
            lookups.backward(
                    manager.create(new long[] {1, 2, 1}),
                    manager.create(new float[] {6, -6, 3, -1, 2, -2}, new Shape(3, 2)));
            optimizer.update("table", weight, lookups.gradient());
        }

        assertThat(weight.toFloatArray()).containsExactly(0f, 0f, -2f, 2f, -1.5f, 0.5f, 0f, 0f);
    }

    static List<Boolean> ways() {
        return List.of(true, false);
    }

    @Test
    void aScheduleIsCalledWithStepsOneTwoThree() {
        NDArray weight = manager.zeros(new Shape(1));
        NDArray gradient = manager.ones(new Shape(1));
        try (RowSparseSgd optimizer =
                RowSparseSgd.builder()
                        .optBeginNumUpdate(10)
                        .optLearningRateTracker((id, step) -> step)
                        .build()) {
            optimizer.update("bias", weight, gradient);
            optimizer.update("bias", weight, gradient);
            optimizer.update("other", weight, gradient);
        }

        assertThat(weight.getFloat()).isEqualTo(-(11 + 12 + 11));
    }
}
