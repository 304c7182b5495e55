package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.testing.ParityCase;
import io.forestage.testing.Tolerances;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares with {@code torch.nn.Embedding} and {@code EmbeddingBag} on a grid of their options;
 * where PyTorch is known to be wrong, with float64.
 */
class EmbeddingGridParityTest {

    private static final float RATE = 0.1f;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    static List<ParityCase> embeddings() {
        return ParityCase.readGrid("embedding-grid");
    }

    static List<ParityCase> bags() {
        return ParityCase.readGrid("embedding-bag-grid");
    }

    @ParameterizedTest
    @MethodSource("embeddings")
    void anEmbeddingEqualsPyTorchs(ParityCase expected) {
        checkAll(expected, expected.option("max_norm") != null ? Output.SCALED : Output.COPIED);
    }

    @ParameterizedTest
    @MethodSource("bags")
    void aBagEqualsPyTorchs(ParityCase expected) {
        checkAll(expected, Output.SUMMED);
    }

    /** How the output is computed. */
    private enum Output {
        /** By copying rows. */
        COPIED,
        /** By multiplying renormalised rows by a rounded factor. */
        SCALED,
        /** By summing rows of bags, in the library's order. */
        SUMMED
    }

    private void checkAll(ParityCase expected, Output made) {
        NDArray weight = expected.array(manager, "weight");
        EmbeddingTable block = block(expected, weight);

        NDArray gradient = gradient(expected, block, made);

        expected.checkSameOperations(
                "weight_after_forward", weight.toFloatArray(), Tolerances.RENORMALIZED);
        if (isWrongInPyTorch(expected)) {
            assertThat(gradient.toFloatArray())
                    .as("gradient")
                    .containsExactly(scaledByFrequency(expected), within(Tolerances.GRADIENT_SUM));
            return;
        }
        expected.checkSameOperations(
                "weight_gradient", gradient.toFloatArray(), Tolerances.GRADIENT_SUM);
        expected.checkSameOperations(
                "weight_after_3_steps", afterThreeSteps(expected, block), Tolerances.GRADIENT_SUM);
    }

    /** PyTorch divides a bag's gradient scaled by frequency by the count of another row. */
    private static boolean isWrongInPyTorch(ParityCase expected) {
        return expected.option("mode") != null
                && "true".equals(expected.option("scale_grad_by_freq"));
    }

    /** The gradient of a sum or mean of bags in float64, divided by each row's occurrences. */
    private float[] scaledByFrequency(ParityCase expected) {
        NDArray input = expected.array(manager, "input").toType(DataType.INT64, false);
        long[] ids = input.toLongArray();
        float[] upstream = expected.floats("upstream");
        int width = Math.toIntExact(expected.shape("upstream").get(1));
        int bags = upstream.length / width;
        long[] begins =
                expected.has("offsets")
                        ? expected.array(manager, "offsets")
                                .toType(DataType.INT64, false)
                                .toLongArray()
                        : LongStream.range(0, bags).map(bag -> bag * ids.length / bags).toArray();
        String padding = expected.option("padding_idx");
        double[] gradient = new double[expected.floats("weight").length];
        for (int bag = 0; bag < bags; bag++) {
            long end = bag + 1 < begins.length ? begins[bag + 1] : ids.length;
            long[] own =
                    Arrays.stream(ids, (int) begins[bag], (int) end)
                            .filter(id -> padding == null || id != Long.parseLong(padding))
                            .toArray();
            for (long id : own) {
                double count = Arrays.stream(ids).filter(other -> other == id).count();
                double share = expected.option("mode").equals("mean") ? own.length : 1;
                for (int d = 0; d < width; d++) {
                    gradient[(int) id * width + d] += upstream[bag * width + d] / share / count;
                }
            }
        }
        float[] rounded = new float[gradient.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) gradient[i];
        }
        return rounded;
    }

    private NDArray gradient(ParityCase expected, EmbeddingTable block, Output made) {
        NDArray output;
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            output =
                    block.forward(new ParameterStore(manager, false), inputs(expected), true)
                            .singletonOrThrow();
            collector.backward(output.mul(expected.array(manager, "upstream")).sum());
        }
        assertThat(output.getShape()).isEqualTo(expected.shape("output"));
        float[] values = output.toFloatArray();
        switch (made) {
            case COPIED -> expected.checkBits("output", values);
            case SCALED -> expected.checkSameOperations("output", values, Tolerances.RENORMALIZED);
            case SUMMED -> expected.checkSameOperations("output", values, Tolerances.GRADIENT_SUM);
        }
        NDArray gradient = block.weight().getGradient();
        assertThat(gradient.isSparse()).isEqualTo("true".equals(expected.option("sparse")));
        return gradient.isSparse() ? gradient.toDense() : gradient;
    }

    /** Three steps of w −= rate · gradient from the weight as the forward pass left it. */
    private float[] afterThreeSteps(ParityCase expected, EmbeddingTable block) {
        NDArray weight = block.weight().stopGradient().duplicate();
        for (int step = 0; step < 3; step++) {
            EmbeddingTable next = block(expected, weight);
            NDArray gradient;
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray output =
                        next.forward(new ParameterStore(manager, false), inputs(expected), true)
                                .singletonOrThrow();
                collector.backward(output.mul(expected.array(manager, "upstream")).sum());
                gradient = weight.getGradient();
            }
            NDArray dense = gradient.isSparse() ? gradient.toDense() : gradient;
            weight = weight.stopGradient().sub(dense.mul(RATE)).duplicate();
        }
        return weight.toFloatArray();
    }

    private NDList inputs(ParityCase expected) {
        NDList inputs = new NDList(expected.array(manager, "input"));
        if (expected.has("offsets")) {
            inputs.add(expected.array(manager, "offsets"));
        }
        if (expected.has("per_sample_weights")) {
            inputs.add(expected.array(manager, "per_sample_weights"));
        }
        return inputs;
    }

    private static EmbeddingTable block(ParityCase expected, NDArray weight) {
        String mode = expected.option("mode");
        if (mode == null) {
            return options(TokenEmbedding.builder(), expected).optWeight(weight).build();
        }
        return options(EmbeddingBag.builder(), expected)
                .optMode(BagMode.valueOf(mode.toUpperCase(Locale.ROOT)))
                .optIncludeLastOffset("true".equals(expected.option("include_last_offset")))
                .optWeight(weight)
                .build();
    }

    private static <B extends EmbeddingBuilder<B>> B options(B builder, ParityCase expected) {
        builder.optScaleGradByFreq("true".equals(expected.option("scale_grad_by_freq")));
        builder.optSparse("true".equals(expected.option("sparse")));
        String padding = expected.option("padding_idx");
        if (padding != null) {
            builder.optPaddingIdx(Long.parseLong(padding));
        }
        String maxNorm = expected.option("max_norm");
        if (maxNorm != null) {
            builder.optMaxNorm(Double.parseDouble(maxNorm));
        }
        String normType = expected.option("norm_type");
        if (normType != null) {
            builder.optNormType(
                    normType.equals("inf")
                            ? Double.POSITIVE_INFINITY
                            : Double.parseDouble(normType));
        }
        return builder;
    }
}
