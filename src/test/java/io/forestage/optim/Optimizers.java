package io.forestage.optim;

import ai.djl.training.tracker.ParameterTracker;
import io.forestage.testing.ParityCase;
import java.util.function.DoubleConsumer;

/** Optimisers with the options of a parity case. */
final class Optimizers {

    private Optimizers() {}

    static RowSparseOptimizer of(ParityCase options, ParameterTracker rate, boolean natively) {
        return switch (String.valueOf(options.option("kind"))) {
            case "sgd" -> sgd(options, rate, natively);
            case "adagrad" -> adagrad(options, rate, natively);
            case "adam" -> adam(RowSparseAdam.builder(), options, rate, natively).build();
            case "adamw" -> adam(RowSparseAdamW.builder(), options, rate, natively).build();
            default -> throw new IllegalStateException(options.toString());
        };
    }

    private static RowSparseSgd sgd(ParityCase options, ParameterTracker rate, boolean natively) {
        RowSparseSgd.Builder builder = with(RowSparseSgd.builder(), options, rate, natively);
        given(options, "momentum", builder::optMomentum);
        given(options, "dampening", builder::optDampening);
        return builder.optNesterov(Boolean.parseBoolean(options.option("nesterov"))).build();
    }

    private static RowSparseAdagrad adagrad(
            ParityCase options, ParameterTracker rate, boolean natively) {
        RowSparseAdagrad.Builder builder =
                with(RowSparseAdagrad.builder(), options, rate, natively);
        given(options, "lr_decay", builder::optLearningRateDecay);
        given(options, "eps", builder::optEpsilon);
        given(options, "initial_accumulator_value", builder::optInitialAccumulatorValue);
        return builder.build();
    }

    private static <B extends AdamBuilder<B>> B adam(
            B builder, ParityCase options, ParameterTracker rate, boolean natively) {
        with(builder, options, rate, natively);
        given(options, "beta1", builder::optBeta1);
        given(options, "beta2", builder::optBeta2);
        given(options, "eps", builder::optEpsilon);
        return builder.optAmsgrad(Boolean.parseBoolean(options.option("amsgrad")));
    }

    private static <B extends RowSparseOptimizer.Builder<B>> B with(
            B builder, ParityCase options, ParameterTracker rate, boolean natively) {
        given(options, "weight_decay", decay -> builder.optWeightDecays((float) decay));
        builder.optMaximize(Boolean.parseBoolean(options.option("maximize")));
        return natively
                ? builder.optLearningRateTracker(rate).optNativeOperations()
                : builder.optLearningRateTracker(rate);
    }

    private static void given(ParityCase options, String name, DoubleConsumer set) {
        String value = options.option(name);
        if (value != null) {
            set.accept(Double.parseDouble(value));
        }
    }
}
