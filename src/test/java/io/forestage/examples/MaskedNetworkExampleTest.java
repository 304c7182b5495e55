package io.forestage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.testing.Bits;
import io.forestage.testing.TinyModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The attention mask past the stage's block, to a block after it that has to know the pads. */
class MaskedNetworkExampleTest {

    @TempDir Path folder;

    @Test
    void theMaskGoesPastTheStageToWhomeverNeedsIt() throws Exception {
        TinyModel.write(folder);
        try (InputStage stage = InputStage.load(folder);
                Embeddings batch = stage.embed("Hello world", "Hi")) {
            Block network =
                    new SequentialBlock()
                            .add(
                                    new ParallelBlock(
                                            both ->
                                                    new NDList(
                                                            both.get(0).head(), both.get(1).get(1)),
                                            List.of(stage.block(), Blocks.identityBlock())))
                            .add(list -> meanOfTokens(list));
            NDList inputs = new NDList(batch.ids(), batch.attentionMask());
            ParameterStore store = new ParameterStore(batch.ids().getManager(), false);
            NDArray means = network.forward(store, inputs, false).singletonOrThrow(); // (2, 3)
            assertThat(means.getShape()).isEqualTo(new Shape(2, 3));
            assertThat(Bits.of(means.get(1))).isEqualTo(Bits.of(batch.embeddings().get("1, 0")));
        }
    }

    private static NDList meanOfTokens(NDList vectorsAndMask) {
        NDArray mask = vectorsAndMask.get(1).toType(DataType.FLOAT32, false).expandDims(2);
        NDArray sum = vectorsAndMask.head().mul(mask).sum(new int[] {1});
        return new NDList(sum.div(mask.sum(new int[] {1})));
    }
}
