package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.forestage.testing.Bits;
import io.forestage.testing.BlockContract;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenEmbeddingTest implements BlockContract {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Override
    public Block newBlock() {
        return TokenEmbedding.builder().setNumEmbeddings(7).setEmbeddingDim(3).build();
    }

    @Override
    public NDList inputs(NDManager manager) {
        return new NDList(manager.create(new long[] {0, 6, 3, 3}, new Shape(2, 2)));
    }

    @Test
    void aNegativeIdIsRefusedWithItsIndex() {
        assertRefused(manager.create(new long[] {1, 2, 3, 4, -1, 6}, new Shape(2, 3)))
                .hasMessage(
                        "token ids: found -1 at [1, 1], expected 0 to 6: the rows of weight (7,"
                                + " 3)");
    }

    @Test
    void anIdOutsideTheTableIsRefusedWithItsIndex() {
        assertRefused(manager.create(new int[] {0, 7}))
                .hasMessageContaining("found 7 at [1], expected 0 to 6");
    }

    @Test
    void aScalarIdOutsideTheTableIsRefused() {
        assertRefused(manager.create(7L)).hasMessageContaining("found 7 at []");
    }

    @Test
    void floatIdsAreRefused() {
        assertRefused(manager.create(new float[] {1f}))
                .hasMessageContaining("expected int32 or int64, found float32");
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64", "FLOAT16"})
    void theTableMayHaveEveryTypeThatCanBeTrained(DataType type) {
        Block block = newBlock();
        block.initialize(manager, type, new Shape(1));

        assertThat(forward(block, manager.create(new long[] {1})).getDataType()).isEqualTo(type);
    }

    @Test
    void bfloat16IsRefusedBecauseItWouldEndTheProcess() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> newBlock().initialize(manager, DataType.BFLOAT16, new Shape(1)))
                .withMessageContaining("found bfloat16")
                .withMessageContaining("use float32");
    }

    @Test
    void aPretrainedTableIsUsedUnchanged() {
        NDArray weight = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));

        TokenEmbedding block = TokenEmbedding.fromPretrained(weight, true);

        assertThat(forward(block, manager.create(new long[] {1, 0})).toFloatArray())
                .containsExactly(3, 4, 1, 2);
        assertThat(block.getParameters().valueAt(0).requiresGradient()).isFalse();
        assertThat(block.getParameters().valueAt(0).getArray()).isSameAs(weight);
    }

    @Test
    void aPretrainedTableMayBeFineTuned() {
        NDArray weight = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));

        TokenEmbedding block = TokenEmbedding.fromPretrained(weight, false);

        assertThat(block.getParameters().valueAt(0).requiresGradient()).isTrue();
    }

    @Test
    void aWeightWithoutTwoDimensionsIsRefused() {
        NDArray weight = manager.create(new float[] {1, 2, 3});
        weight.setName("wte.weight");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenEmbedding.fromPretrained(weight, true))
                .withMessage("wte.weight: expected a table of two dimensions, found shape (3)");
    }

    @Test
    void parametersOfAnotherShapeAreRefused() throws Exception {
        Block block = newBlock();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        block.saveParameters(new DataOutputStream(saved));
        Block other = TokenEmbedding.builder().setNumEmbeddings(8).setEmbeddingDim(3).build();

        assertThatThrownBy(
                        () ->
                                other.loadParameters(
                                        manager,
                                        new DataInputStream(
                                                new ByteArrayInputStream(saved.toByteArray()))))
                .isInstanceOf(MalformedModelException.class)
                .hasMessage("weight in the saved parameters: expected shape (8, 3), found (7, 3)");
    }

    @Test
    void unreadableParametersLeaveTheTableUnchanged() throws Exception {
        TokenEmbedding block =
                TokenEmbedding.builder().setNumEmbeddings(7).setEmbeddingDim(3).build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));
        TokenEmbedding other =
                TokenEmbedding.builder().setNumEmbeddings(8).setEmbeddingDim(3).build();
        other.initialize(manager, DataType.FLOAT32, new Shape(1));
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        other.saveParameters(new DataOutputStream(saved));
        int[] before = Bits.of(block.weight());
        int arrays = manager.getManagedArrays().size();

        for (int length : new int[] {3, saved.size() - 1, saved.size()}) {
            byte[] bytes = Arrays.copyOf(saved.toByteArray(), length);
            assertThatThrownBy(
                            () ->
                                    block.loadParameters(
                                            manager,
                                            new DataInputStream(new ByteArrayInputStream(bytes))))
                    .isInstanceOfAny(IOException.class, MalformedModelException.class);
            assertThat(Bits.of(block.weight())).isEqualTo(before);
            assertThat(manager.getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    void aMissingOrNegativeSizeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenEmbedding.builder().setEmbeddingDim(3).build())
                .withMessage("numEmbeddings: expected at least 0, found none");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                TokenEmbedding.builder()
                                        .setNumEmbeddings(3)
                                        .setEmbeddingDim(-2)
                                        .build())
                .withMessage("embeddingDim: expected at least 0, found -2");
    }

    @Test
    void anEmptyTableRefusesEveryId() {
        Block block = TokenEmbedding.builder().setNumEmbeddings(0).setEmbeddingDim(3).build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));

        assertThat(forward(block, manager.create(new long[0])).getShape())
                .isEqualTo(new Shape(0, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(block, manager.create(new long[] {0})))
                .withMessage("token ids: found 0 at [0], expected none: the rows of weight (0, 3)");
    }

    @Test
    void aTableOfIntegersAllowsLookupsOnly() {
        NDArray weight = manager.create(new long[] {1, 2, 3, 4}, new Shape(2, 2));

        TokenEmbedding block = TokenEmbedding.fromPretrained(weight, true);

        assertThat(forward(block, manager.create(new long[] {1})).toLongArray())
                .containsExactly(3, 4);
        assertThatThrownBy(block::unfreeze)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("found int64");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenEmbedding.fromPretrained(weight, false))
                .withMessageContaining("found int64; only a TokenEmbedding");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingBag.builder().optWeight(weight).optFreeze(true).build())
                .withMessageContaining("found int64; only a TokenEmbedding");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                TokenEmbedding.builder()
                                        .optWeight(weight)
                                        .optFreeze(true)
                                        .optMaxNorm(1)
                                        .build())
                .withMessageContaining("found int64; only a TokenEmbedding");
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(NDArray ids) {
        Block block = newBlock();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));
        return assertThatThrownBy(() -> forward(block, ids))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private NDArray forward(Block block, NDArray ids) {
        return block.forward(new ParameterStore(manager, false), new NDList(ids), false)
                .singletonOrThrow();
    }
}
