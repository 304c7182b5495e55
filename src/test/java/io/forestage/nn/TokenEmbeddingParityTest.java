package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against {@code torch.nn.Embedding}. */
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
    void theLookupEqualsPyTorchToTheBitAndItsGradientToTheRounding(String name) {
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
        assertThat(Bits.of(output)).isEqualTo(Bits.of(expected.floats("output")));
        assertThat(weight.getGradient().toFloatArray())
                .containsExactly(
                        expected.floats("weight_gradient"), within(Tolerances.GRADIENT_SUM));
    }

    @Test
    void theSameSeedGivesPyTorchsTable() {
        Engine.getInstance().setRandomSeed(123);
        TokenEmbedding block =
                TokenEmbedding.builder().setNumEmbeddings(6).setEmbeddingDim(3).build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));

        assertThat(Bits.of(block.getParameters().valueAt(0).getArray()))
                .isEqualTo(Bits.of(ParityCase.read("seeded-table").floats("weight")));
    }
}
