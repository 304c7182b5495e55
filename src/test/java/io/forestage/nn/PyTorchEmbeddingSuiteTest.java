package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import io.forestage.torch.EmbeddingOperations;
import io.forestage.torch.RowUpdates;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cases of PyTorch's {@code test/nn/test_embedding.py} for {@code torch.nn.Embedding}, in the
 * order of that file; each display name starts with PyTorch's. Bags are in {@link
 * PyTorchEmbeddingBagSuiteTest}.
 */
class PyTorchEmbeddingSuiteTest {

    private static final int[] ROWS = {0, 2, 4, 5, 4, 3, 0, 9};

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Random random = new Random(1);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    @DisplayName("test_embedding_sparse_basic: a sparse gradient of the table's shape")
    void sparseBasic() {
        TokenEmbedding block = table(10, 20, b -> b.optSparse(true));

        Pass.backward(block, ids(ROWS, 2, 4));

        assertSparse(block, 10, 20);
    }

    @Test
    @DisplayName("test_embedding_sparse_empty_tensor: no rows, no columns, or both")
    void sparseEmptyTensor() {
        TokenEmbedding nothing = table(0, 0, b -> b.optSparse(true));
        Pass.backward(nothing, ids(new int[0], 0));
        assertSparse(nothing, 0, 0);

        TokenEmbedding noColumns = table(10, 0, b -> b.optSparse(true));
        Pass.backward(noColumns, ids(ROWS, 2, 4));
        assertSparse(noColumns, 10, 0);
    }

    @Test
    @DisplayName("test_move_sparse_half_embedding: float16 keeps the sizes and the sparse gradient")
    void moveSparseHalf() {
        TokenEmbedding block =
                TokenEmbedding.builder()
                        .optWeight(manager.ones(new Shape(10, 3)).toType(DataType.FLOAT16, true))
                        .optSparse(true)
                        .build();

        assertThat(Pass.table(block).getDataType()).isEqualTo(DataType.FLOAT16);
        assertThat(block.getNumEmbeddings()).isEqualTo(10);
        assertThat(block.getEmbeddingDim()).isEqualTo(3);
        Pass.backward(block, ids(ROWS, 8));
        assertSparse(block, 10, 3);
    }

    @Test
    @DisplayName("test_embedding_max_norm: equal ids get equal vectors, none beyond the norm")
    void maxNorm() {
        TokenEmbedding block = table(22, 5, b -> b.optMaxNorm(1));

        NDArray output = Pass.forward(block, ids(new int[] {2, 8, 8, 6}, 4));

        double[][] rows = Pass.rows(output);
        assertThat(rows[1]).isEqualTo(rows[2]);
        for (double[] row : rows) {
            // The values are rounded to float32.
            assertThat(norm(row, 2)).isLessThanOrEqualTo(1 + Math.ulp(1f));
        }
    }

    @ParameterizedTest(name = "test_embedding_from_pretrained_{0}")
    @EnumSource(names = {"UINT8", "INT8", "INT32", "INT64", "FLOAT32", "FLOAT64", "FLOAT16"})
    void fromPretrained(DataType type) {
        double[] values = {1, 2, 3, 4, 5, 6};
        NDArray given = typed(values, new Shape(2, 3), type);

        TokenEmbedding block = TokenEmbedding.fromPretrained(given, true);

        NDArray output = Pass.forward(block, ids(new int[] {0, 1}, 2));
        assertThat(output.getDataType()).isEqualTo(type);
        assertThat(Pass.values(output)).containsExactly(values);
        assertThat(Pass.values(Pass.table(block))).containsExactly(values);
    }

    @Test
    @DisplayName(
            "test_embedding_from_pretrained_padding_idx: the padding row stays as it was given")
    void fromPretrainedPaddingIdx() {
        NDArray given = normals(4, 3);
        given.set(new NDIndex(2), 7);

        TokenEmbedding block =
                TokenEmbedding.builder().optWeight(given).optFreeze(true).optPaddingIdx(2).build();

        assertThat(Pass.rows(Pass.table(block))[2]).containsExactly(7, 7, 7);
    }

    @Test
    @DisplayName("test_embedding_from_pretrained_options: max_norm 2 with the norm of p = 0.5")
    void fromPretrainedOptions() {
        double[] values = {1, 2, 3, 4, 5, 6};
        NDArray given = Pass.of(manager, values, new Shape(2, 3), DataType.FLOAT64);
        TokenEmbedding block =
                TokenEmbedding.builder()
                        .optWeight(given)
                        .optFreeze(true)
                        .optMaxNorm(2)
                        .optNormType(0.5)
                        .optSparse(true)
                        .build();

        NDArray output = Pass.forward(block, ids(new int[] {0, 1}, 2));

        assertThat(Pass.values(output)).containsExactly(Pass.values(given));
        for (int i = 0; i < values.length; i++) {
            assertThat(Pass.values(given)[i]).isNotEqualTo(values[i]);
        }
        for (double[] row : Pass.rows(output)) {
            assertThat(norm(row, 0.5)).isLessThanOrEqualTo(2);
        }
    }

    @Test
    @DisplayName("test_embedding_functional: the block is the operation, with padding_idx too")
    void functional() {
        NDArray given = normals(4, 3);
        NDArray ids = ids(new int[] {1, 3, 2, 0, 2, 1}, 2, 3);
        NDArray plain =
                ids.getNDArrayInternal()
                        .embedding(ids, given, SparseFormat.DENSE)
                        .singletonOrThrow();
        NDArray padded = EmbeddingOperations.load(manager).embedding(given, ids, 2, false, false);

        TokenEmbedding block = TokenEmbedding.fromPretrained(given, true);
        TokenEmbedding withPadding =
                TokenEmbedding.builder().optWeight(given).optFreeze(true).optPaddingIdx(2).build();

        assertThat(Pass.values(Pass.forward(block, ids))).containsExactly(Pass.values(plain));
        assertThat(Pass.values(Pass.forward(withPadding, ids)))
                .containsExactly(Pass.values(padded));
    }

    @Test
    @DisplayName("test_embedding_dense_grad: the gradient is that of finite differences")
    void denseGrad() {
        int[] ids = {0, 1, 1, 2, 3, 5, 7, 11};
        double[] seed = Pass.normals(random, ids.length * 20);
        NDArray given = normals(20, 20, DataType.FLOAT64);
        TokenEmbedding block = TokenEmbedding.fromPretrained(given, false);
        Pass.backward(block, seed, ids(ids, 2, 4));
        double[] found = Pass.values(given.getGradient());

        double[] values = Pass.values(given);
        double step = 1e-6;
        for (int at = 0; at < values.length; at += 7) {
            double difference =
                    (loss(values, at, step, seed, ids) - loss(values, at, -step, seed, ids))
                            / (2 * step);
            assertThat(found[at]).as("value %d", at).isCloseTo(difference, within(1e-7));
        }
    }

    @Test
    @DisplayName("test_embedding_scalar_weight_error: a table has two dimensions")
    void scalarWeightError() {
        for (Shape shape : new Shape[] {new Shape(), new Shape(1, 1, 1)}) {
            NDArray weight = manager.ones(shape);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TokenEmbedding.fromPretrained(weight, true))
                    .withMessage(
                            "weight: expected a table of two dimensions, found shape " + shape);
        }
    }

    @Test
    @DisplayName("test_embedding_backward: a sparse gradient grows by what each pass looked up")
    void backward() {
        NDArray given = normals(10, 3, DataType.FLOAT64);
        TokenEmbedding block = TokenEmbedding.builder().optWeight(given).optSparse(true).build();

        Pass.backward(block, ids(new int[] {7, 1, 3}, 3));
        assertParts(given, 7, 1, 3);
        Pass.backward(block, ids(new int[] {7, 1, 3}, 3));
        assertParts(given, 7, 1, 3, 7, 1, 3);

        RowUpdates.clearGradient(given);
        NDArray ids = Pass.ids(manager, new int[] {7, 1, 3}, new Shape(3), DataType.INT64);
        Pass.backward(block, ids);
        ids.set(new long[] {8, 1, 3}); // must not change the recorded ids
        Pass.backward(block, ids);
        assertParts(given, 7, 1, 3, 8, 1, 3);
    }

    @Test
    @DisplayName("test_embedding_max_norm_backward: rescaling leaves the gradient as it is")
    void maxNormBackward() {
        NDArray given = normals(4, 4).muli(2);
        TokenEmbedding block = TokenEmbedding.builder().optWeight(given).optMaxNorm(1).build();

        Pass.backward(block, ids(new int[] {0, 1, 2, 2}, 4));

        assertThat(Pass.rows(given.getGradient()))
                .isDeepEqualTo(
                        new double[][] {{1, 1, 1, 1}, {1, 1, 1, 1}, {2, 2, 2, 2}, {0, 0, 0, 0}});
    }

    @ParameterizedTest(name = "test_embedding_padding_idx: row {0} of 10 is zero, sparse {2}")
    @CsvSource({"0, 0, false", "0, 0, true", "-2, 8, false", "-2, 8, true"})
    void paddingRowOfANewTable(long paddingIdx, int row, boolean sparse) {
        TokenEmbedding block = table(10, 20, b -> b.optPaddingIdx(paddingIdx).optSparse(sparse));

        double[][] output = Pass.rows(Pass.forward(block, ids(new int[] {row, 2, 4, row}, 4)));

        assertThat(output[0]).containsOnly(0);
        assertThat(output[3]).containsOnly(0);
        assertThat(output[1]).doesNotContain(0);
    }

    @Test
    @DisplayName("test_embedding_padding_idx: another padding vector is looked up like any row")
    void changedPaddingVector() {
        TokenEmbedding block = table(10, 20, b -> b.optPaddingIdx(2).optSparse(true));
        NDArray values = Pass.table(block).stopGradient();
        values.set(new NDIndex(2), 1);

        double[][] output = Pass.rows(Pass.forward(block, ids(new int[] {0, 2}, 2)));

        assertThat(output[1]).containsOnly(1);
    }

    @ParameterizedTest(name = "test_embedding_padding_idx: {0} of 10 rows is out of bounds")
    @ValueSource(longs = {25, -25, 10, -11})
    void paddingIdxOutOfBounds(long paddingIdx) {
        TokenEmbedding.Builder builder =
                TokenEmbedding.builder()
                        .setNumEmbeddings(10)
                        .setEmbeddingDim(20)
                        .optPaddingIdx(paddingIdx);
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("paddingIdx: expected -10 to 9, found " + paddingIdx);
    }

    @ParameterizedTest(name = "test_embedding_padding_idx: no gradient, {0} pads beside [{1}]")
    @CsvSource({
        "1, ''", "1, '1 3'", "1, 2",
        "2, ''", "2, '1 3'", "2, 2",
        "1000, ''", "1000, '1 3'", "1000, 2"
    })
    void paddingRowGetsNoGradient(int pads, String others) {
        int[] beside =
                others.isEmpty()
                        ? new int[0]
                        : Arrays.stream(others.split(" ", -1))
                                .mapToInt(Integer::parseInt)
                                .toArray();
        int[] ids = Arrays.copyOf(beside, beside.length + pads);
        TokenEmbedding block = table(5, 2, b -> b.optPaddingIdx(0));

        Pass.backward(block, ids(ids, ids.length));

        double[][] gradient = Pass.rows(Pass.table(block).getGradient());
        for (int row = 0; row < 5; row++) {
            int id = row;
            double expected = Arrays.stream(beside).anyMatch(other -> other == id) ? 1 : 0;
            assertThat(gradient[row]).as("row %d", row).containsExactly(expected, expected);
        }
    }

    private interface Options {
        TokenEmbedding.Builder with(TokenEmbedding.Builder builder);
    }

    private TokenEmbedding table(long rows, long width, Options options) {
        TokenEmbedding block =
                options.with(TokenEmbedding.builder().setNumEmbeddings(rows).setEmbeddingDim(width))
                        .build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));
        return block;
    }

    private NDArray ids(int[] values, long... shape) {
        return Pass.ids(manager, values, new Shape(shape), DataType.INT64);
    }

    private NDArray normals(int rows, int width) {
        return normals(rows, width, DataType.FLOAT32);
    }

    private NDArray normals(int rows, int width, DataType type) {
        return Pass.of(manager, Pass.normals(random, rows * width), new Shape(rows, width), type);
    }

    private NDArray typed(double[] values, Shape shape, DataType type) {
        if (type.isFloating()) {
            return Pass.of(manager, values, shape, type);
        }
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * type.getNumOfBytes())
                        .order(ByteOrder.nativeOrder());
        for (double value : values) {
            switch (type.getNumOfBytes()) {
                case Byte.BYTES -> bytes.put((byte) value);
                case Integer.BYTES -> bytes.putInt((int) value);
                default -> bytes.putLong((long) value);
            }
        }
        return manager.create(bytes.flip(), shape, type);
    }

    private static double norm(double[] row, double p) {
        return Math.pow(Arrays.stream(row).map(v -> Math.pow(Math.abs(v), p)).sum(), 1 / p);
    }

    private static double loss(double[] values, int at, double by, double[] seed, int[] ids) {
        int width = seed.length / ids.length;
        double loss = 0;
        for (int i = 0; i < seed.length; i++) {
            int place = ids[i / width] * width + i % width;
            loss += seed[i] * (values[place] + (place == at ? by : 0));
        }
        return loss;
    }

    private static void assertSparse(TokenEmbedding block, long rows, long width) {
        NDArray gradient = Pass.table(block).getGradient();
        assertThat(gradient.isSparse()).isTrue();
        assertThat(gradient.getShape()).isEqualTo(new Shape(rows, width));
    }

    private void assertParts(NDArray weight, long... ids) {
        RowUpdates.Parts parts = RowUpdates.load(manager).parts(weight.getGradient(), manager);
        assertThat(parts.ids().toLongArray()).containsExactly(ids);
        assertThat(Pass.values(parts.values())).hasSize(ids.length * 3).containsOnly(1);
    }
}
