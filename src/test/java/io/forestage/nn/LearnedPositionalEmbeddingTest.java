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
import io.forestage.testing.BlockContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LearnedPositionalEmbeddingTest implements BlockContract {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Override
    public Block newBlock() {
        return LearnedPositionalEmbedding.builder().setNumPositions(4).setEmbeddingDim(2).build();
    }

    @Override
    public NDList inputs(NDManager manager) {
        return new NDList(manager.create(new long[] {0, 3, 3, 1}, new Shape(2, 2)));
    }

    @Test
    void aRangeIsASliceOfTheTable() {
        assertThat(embed(PositionIds.range(1, 2)).toFloatArray()).containsExactly(2, 3, 4, 5);
    }

    @Test
    void aRangeOutsideTheTableIsRefusedWithBothLengths() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> embed(PositionIds.range(2, 3)))
                .withMessageContaining("sequence of 3 tokens from position 2")
                .withMessageContaining("expected at most 4 positions in all, found 5")
                .withMessageContaining("wpe.weight (4, 2)");
    }

    @Test
    void aPositionOutsideTheTableIsRefusedWithItsIndex() {
        NDArray positions = manager.create(new long[] {0, 1, 2, 4}, new Shape(2, 2));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> embed(PositionIds.of(positions)))
                .withMessage(
                        "position ids: found 4 at [1, 1], expected 0 to 3: the rows of wpe.weight"
                                + " (4, 2)");
    }

    @Test
    void aNegativeRangeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PositionIds.range(-1, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> PositionIds.range(Long.MAX_VALUE, 3));
    }

    private NDArray embed(PositionIds positionIds) {
        NDArray weight = manager.create(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, new Shape(4, 2));
        weight.setName("wpe.weight");
        return LearnedPositionalEmbedding.fromPretrained(weight, true)
                .embed(
                        new ParameterStore(manager, false),
                        manager,
                        positionIds,
                        DataType.FLOAT32,
                        false);
    }
}
