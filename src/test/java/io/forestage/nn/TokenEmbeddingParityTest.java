package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.testing.Bits;
import io.forestage.testing.ParityCase;
import io.forestage.testing.Tolerances;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with {@code torch.nn.Embedding}. */
class TokenEmbeddingParityTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lookup-rank0",
                "lookup-rank1",
                "lookup-rank2-repeated",
                "lookup-rank3-int32",
                "lookup-empty"
            })
    void theLookupEqualsPyTorchToTheBitAndItsGradientUpToRounding(String name) {
        ParityCase expected = ParityCase.read(name);
        NDArray weight = expected.array(manager, "weight");
        TokenEmbedding block = TokenEmbedding.fromPretrained(weight, false);
        NDArray output;
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            output =
                    block.forward(
                                    new ParameterStore(manager, false),
                                    new NDList(expected.array(manager, "ids")),
                                    true)
                            .singletonOrThrow();
            collector.backward(output.mul(expected.array(manager, "upstream")).sum());
        }

        assertThat(output.getShape()).isEqualTo(expected.shape("output"));
        expected.checkBits("output", output.toFloatArray());
        expected.checkSameOperations(
                "weight_gradient", weight.getGradient().toFloatArray(), Tolerances.GRADIENT_SUM);
    }

    /** PyTorch computes its normal distribution differently without ATen's vector instructions. */
    @ParameterizedTest
    @CsvSource({"0, 6, 3", "123, 6, 3", "7, 5, 4", "42, 1000, 64", "1, 333, 17", "5, 3, 5"})
    void theSameSeedGivesPyTorchsTable(int seed, long rows, long width) {
        Engine.getInstance().setRandomSeed(seed);
        TokenEmbedding block =
                TokenEmbedding.builder().setNumEmbeddings(rows).setEmbeddingDim(width).build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));

        ParityCase expected = ParityCase.read("seeded-tables");
        String name = seed + "x" + rows + "x" + width;
        float[] values = block.weight().toFloatArray();
        float[] first = Arrays.copyOf(values, expected.floats(name).length);
        expected.checkSameOperations(name, first, Tolerances.SEEDED_TABLE);
        if (ParityCase.areComputedHere()) {
            assertThat(expected.longs(name + " bits")).isEqualTo(sumsOfBits(values));
        }
    }

    /** Returns the sum of all values' bits, and the sum weighted by their indices. */
    private static long[] sumsOfBits(float[] values) {
        long sum = 0;
        long placed = 0;
        int[] bits = Bits.of(values);
        for (int i = 0; i < bits.length; i++) {
            sum += bits[i];
            placed += bits[i] * ((i + 1L) % 1009);
        }
        return new long[] {sum, placed};
    }

    @Test
    void theLookupIsALinearLayerOverOneHotVectors() {
        ParityCase expected = ParityCase.read("one-hot-linear");
        NDArray weight = expected.array(manager, "weight");
        TokenEmbedding block = TokenEmbedding.fromPretrained(weight, false);
        NDArray output;
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            output =
                    block.forward(
                                    new ParameterStore(manager, false),
                                    new NDList(expected.array(manager, "ids")),
                                    true)
                            .singletonOrThrow();
            collector.backward(output.mul(expected.array(manager, "upstream")).sum());
        }

        expected.checkBits("output", output.toFloatArray());
        expected.checkBits("weight_gradient", weight.getGradient().toFloatArray());
    }
}
