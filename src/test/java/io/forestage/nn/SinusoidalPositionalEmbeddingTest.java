package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.forestage.testing.Bits;
import io.forestage.testing.BlockContract;
import io.forestage.testing.ParityCase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinusoidalPositionalEmbeddingTest implements BlockContract {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Override
    public Block newBlock() {
        return SinusoidalPositionalEmbedding.builder().setEmbeddingDim(6).build();
    }

    @Override
    public NDList inputs(NDManager manager) {
        return new NDList(manager.create(new long[] {0, 5, 3, 3}, new Shape(2, 2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sinusoid-width-8", "sinusoid-width-7", "sinusoid-width-768"})
    void everyValueIsWithinOneUlpOfTheFloat64Reference(String name) {
        ParityCase expected = ParityCase.read(name);
        double[] reference = expected.doubles("output");

        float[] found =
                forward(
                                block(expected.shape("output").get(1)),
                                expected.array(manager, "position_ids"))
                        .toFloatArray();

        assertThat(found).hasSameSizeAs(reference);
        for (int i = 0; i < found.length; i++) {
            float rounded = (float) reference[i];
            assertThat(Math.abs((double) found[i] - rounded))
                    .as("value %d: %s against %s", i, found[i], reference[i])
                    .isLessThanOrEqualTo(Math.ulp(rounded));
        }
    }

    @Test
    void aRangeOfPositionsEqualsTheLookupOfEach() {
        SinusoidalPositionalEmbedding block = block(6);
        NDArray range =
                block.embed(
                        new ParameterStore(manager, false),
                        manager,
                        PositionIds.range(40, 3),
                        DataType.FLOAT32,
                        false);

        assertThat(Bits.of(range))
                .isEqualTo(Bits.of(forward(block, manager.create(new long[] {40, 41, 42}))));
    }

    @Test
    void noPositionsGiveNoVectors() {
        assertThat(forward(block(6), manager.create(new long[0], new Shape(2, 0))).getShape())
                .isEqualTo(new Shape(2, 0, 6));
    }

    @Test
    void aNegativePositionIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(block(6), manager.create(new long[] {3, -4})))
                .withMessageContaining("found -4 at [1]");
    }

    @Test
    void aPositionWhoseTableFitsNowhereIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> forward(block(6), manager.create(new long[] {Long.MAX_VALUE - 1})))
                .withMessageContaining("position ids: expected at most 89478484 at width 6");
    }

    private static SinusoidalPositionalEmbedding block(long width) {
        return SinusoidalPositionalEmbedding.builder().setEmbeddingDim(width).build();
    }

    private NDArray forward(Block block, NDArray positionIds) {
        return block.forward(new ParameterStore(manager, false), new NDList(positionIds), false)
                .singletonOrThrow();
    }
}
