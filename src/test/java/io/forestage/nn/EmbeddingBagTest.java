package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.testing.BlockContract;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddingBagTest implements BlockContract {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Override
    public EmbeddingBag newBlock() {
        return EmbeddingBag.builder().setNumEmbeddings(7).setEmbeddingDim(3).build();
    }

    @Override
    public NDList inputs(NDManager manager) {
        return new NDList(manager.create(new long[] {0, 6, 3, 3}, new Shape(2, 2)));
    }

    @ParameterizedTest
    @EnumSource
    void rowsWithoutIdsBecomeZeros(BagMode mode) {
        NDArray ids = manager.create(new long[0], new Shape(2, 0));

        assertThat(forward(mode, ids).toFloatArray()).containsExactly(0, 0, 0, 0);
    }

    @ParameterizedTest
    @EnumSource
    void zeroBagsBecomeZeroVectors(BagMode mode) {
        NDArray none = manager.create(new long[0], new Shape(0));

        assertThat(forward(mode, none, none).getShape()).isEqualTo(new Shape(0, 2));
    }

    @Test
    void eachModeReducesAsItsNamePromises() {
        NDArray ids = manager.create(new int[] {1, 3}, new Shape(1, 2));

        assertThat(forward(BagMode.SUM, ids).toFloatArray()).containsExactly(8, 10);
        assertThat(forward(BagMode.MEAN, ids).toFloatArray()).containsExactly(4, 5);
        assertThat(forward(BagMode.MAX, ids).toFloatArray()).containsExactly(6, 7);
    }

    @Test
    void weightsScaleTheTokensOfABag() {
        NDArray ids = manager.create(new long[] {1, 3}, new Shape(1, 2));
        NDArray weights = manager.create(new float[] {2, -1}, new Shape(1, 2));

        assertThat(forward(BagMode.SUM, ids, weights).toFloatArray()).containsExactly(-2, -1);
    }

    @Test
    void theOffsetsMayBeOfAnotherTypeThanTheIds() {
        NDArray ids = manager.create(new int[] {1, 3, 0});
        NDArray offsets = manager.create(new long[] {0, 2});

        assertThat(forward(BagMode.SUM, ids, offsets).toFloatArray()).containsExactly(8, 10, 0, 1);
    }

    @Test
    void theReportedShapeCountsBagsByOffsets() {
        EmbeddingBag lastIsEnd =
                EmbeddingBag.builder()
                        .setNumEmbeddings(7)
                        .setEmbeddingDim(3)
                        .optIncludeLastOffset(true)
                        .build();
        Shape[] inputs = {new Shape(9), new Shape(4)};

        assertThat(newBlock().getOutputShapes(inputs)[0]).isEqualTo(new Shape(4, 3));
        assertThat(lastIsEnd.getOutputShapes(inputs)[0]).isEqualTo(new Shape(3, 3));
        assertThat(lastIsEnd.getOutputShapes(new Shape[] {new Shape(2, 5)})[0])
                .isEqualTo(new Shape(2, 3));
    }

    @ParameterizedTest
    @CsvSource({"'1', '1', [0]", "'0 2 1', '1', [2]", "'0 4', '4', [1]", "'0 -1', '-1', [1]"})
    void offsetsOutOfOrderAreNamedWithTheirIndex(String offsets, String found, String place) {
        NDArray ids = manager.create(new long[] {1, 3, 0});
        long[] values = Arrays.stream(offsets.split(" ", -1)).mapToLong(Long::parseLong).toArray();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(BagMode.SUM, ids, manager.create(values)))
                .withMessageContaining("offsets: expected 0 first")
                .withMessageContaining("found " + found + " at " + place);
    }

    @ParameterizedTest
    @EnumSource
    void idsWithoutABagAreRefused(BagMode mode) {
        NDArray ids = manager.create(new long[] {1, 3, 0});
        NDArray none = manager.create(new long[0], new Shape(0));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(mode, ids, none))
                .withMessage(
                        "offsets: expected the start of at least one bag for 3 ids, found no"
                                + " offsets");
    }

    @ParameterizedTest
    @CsvSource({"'0', 0, 0", "'0 2', 2, 1", "'0 1 1', 1, 2"})
    void anEndBeforeTheLastIdIsRefused(String offsets, long found, int place) {
        long[] values = Arrays.stream(offsets.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        NDArray ids = manager.create(new long[] {1, 3, 0});
        EmbeddingBag block =
                EmbeddingBag.builder()
                        .optWeight(manager.ones(new Shape(4, 2)))
                        .optIncludeLastOffset(true)
                        .build();
        NDList inputs = new NDList(ids, manager.create(values));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> block.forward(new ParameterStore(manager, false), inputs, false))
                .withMessage(
                        "offsets: expected the last one to be 3, the number of ids, because it is"
                                + " the end of the last bag; found "
                                + found
                                + " at ["
                                + place
                                + "]");
    }

    @Test
    void anIdOutsideTheTableIsNamedWithItsIndex() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                forward(
                                        BagMode.SUM,
                                        manager.create(new long[] {1, 4}, new Shape(1, 2))))
                .withMessage(
                        "token ids: found 4 at [0, 1], expected 0 to 3: the rows of weight (4, 2)");
    }

    @Test
    void inputsOfOtherShapesAreRefused() {
        NDArray flat = manager.create(new long[] {1, 2});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(BagMode.SUM, flat))
                .withMessageContaining("inputs: expected ids (B, N), or ids (N) and offsets (B)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(BagMode.SUM, flat.reshape(1, 1, 2)))
                .withMessageContaining("found shapes [(1, 1, 2)]");
    }

    @Test
    void weightsOfAnotherModeShapeOrTypeAreRefused() {
        NDArray ids = manager.create(new long[] {1, 2}, new Shape(1, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(BagMode.MEAN, ids, manager.ones(new Shape(1, 2))))
                .withMessageContaining("use mode SUM");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(BagMode.SUM, ids, manager.ones(new Shape(2))))
                .withMessageContaining("expected the ids' shape (1, 2), found (2)");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                forward(
                                        BagMode.SUM,
                                        ids,
                                        manager.ones(new Shape(1, 2), DataType.FLOAT64)))
                .withMessageContaining("expected the table's type float32, found float64");
    }

    @Test
    void theMaximumHasNoSparseOrScaledGradient() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                EmbeddingBag.builder()
                                        .setNumEmbeddings(2)
                                        .setEmbeddingDim(2)
                                        .optMode(BagMode.MAX)
                                        .optSparse(true)
                                        .build())
                .withMessage("mode: expected SUM or MEAN with sparse, found MAX");
    }

    private NDArray forward(BagMode mode, NDArray... inputs) {
        NDArray weight = manager.create(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, new Shape(4, 2));
        EmbeddingBag block = EmbeddingBag.builder().optWeight(weight).optMode(mode).build();
        return block.forward(new ParameterStore(manager, false), new NDList(inputs), false)
                .singletonOrThrow();
    }
}
