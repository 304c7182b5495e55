package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.torch.EmbeddingOperations;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEmbeddingOptionsTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, -4})
    void thePaddingRowOfANewTableIsZero(long paddingIdx) {
        TokenEmbedding block =
                TokenEmbedding.builder()
                        .setNumEmbeddings(5)
                        .setEmbeddingDim(3)
                        .optPaddingIdx(paddingIdx)
                        .build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));

        float[] table = block.weight().toFloatArray();
        for (int i = 0; i < table.length; i++) {
            assertThat(table[i] == 0).as("value %d", i).isEqualTo(i / 3 == 1);
        }
        assertThat(block.weight().hasGradient()).isTrue();
    }

    @Test
    void thePaddingRowOfAGivenTableIsNotChanged() {
        NDArray weight = manager.ones(new Shape(5, 3));

        TokenEmbedding.builder().optWeight(weight).optPaddingIdx(1).build();

        assertThat(weight.toFloatArray()).containsOnly(1);
    }

    @Test
    void renormalisingChangesAFrozenTableAndWorksInInference() {
        NDArray weight = manager.create(new float[] {3, 4, 0.3f, 0.4f}, new Shape(2, 2));
        TokenEmbedding block =
                TokenEmbedding.builder().optWeight(weight).optFreeze(true).optMaxNorm(1).build();

        NDArray found = forward(block, manager.create(new long[] {0, 0, 1}));

        assertThat(found.get(0).norm().getFloat()).isBetween(0.99999f, 1f);
        assertThat(weight.get(0).toFloatArray()).isEqualTo(found.get(1).toFloatArray());
        assertThat(weight.get(1).toFloatArray()).containsExactly(0.3f, 0.4f);
    }

    @Test
    void renormalisingChangesOnlyTheRowsThatAreLookedUp() {
        NDArray weight = manager.create(new float[] {3, 4, 6, 8}, new Shape(2, 2));
        TokenEmbedding block = TokenEmbedding.builder().optWeight(weight).optMaxNorm(1).build();

        forward(block, manager.create(new long[] {1}));

        assertThat(weight.get(0).toFloatArray()).containsExactly(3, 4);
    }

    @Test
    void renormalisingWorksOnAThreadThatRecordsGradients() throws InterruptedException {
        NDArray weight = manager.create(new float[] {3, 4}, new Shape(1, 2));
        TokenEmbedding block = TokenEmbedding.builder().optWeight(weight).optMaxNorm(1).build();
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(() -> forward(block, manager.create(new long[] {0})));
        thread.setUncaughtExceptionHandler((t, e) -> failure[0] = e);
        thread.start();
        thread.join();

        assertThat(failure[0]).isNull();
        assertThat(weight.norm().getFloat()).isLessThanOrEqualTo(1f);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64", "FLOAT16"})
    void everyOptionWorksOnEveryType(DataType type) {
        NDArray weight = manager.ones(new Shape(4, 2)).toType(type, true);
        TokenEmbedding block =
                TokenEmbedding.builder()
                        .optWeight(weight)
                        .optPaddingIdx(0)
                        .optMaxNorm(1)
                        .optNormType(Double.POSITIVE_INFINITY)
                        .optScaleGradByFreq(true)
                        .build();

        assertThat(forward(block, manager.create(new int[] {0, 1, 1})).getDataType())
                .isEqualTo(type);
    }

    @Test
    void aCopyOfTheTableMayBeClosedWhileOthersAreLookedUp() {
        NDArray weight = manager.ones(new Shape(4, 2));
        TableLookup lookup =
                new TableLookup(
                        TokenEmbedding.builder().optWeight(weight).optMaxNorm(1).options(4));
        EmbeddingOperations used;
        try (NDManager predictor = manager.newSubManager()) {
            NDArray copy = weight.toDevice(weight.getDevice(), true);
            copy.attach(predictor);
            lookup.find(copy, predictor.create(new long[] {1}), manager);
            used = lookup.operations(manager);
        }

        assertThat(used.isOpen()).isTrue();
        NDArray ids = manager.create(new long[] {2});
        assertThat(lookup.find(weight, ids, manager).norm().getFloat()).isLessThanOrEqualTo(1f);
        assertThat(lookup.operations(manager)).isSameAs(used);
    }

    @Test
    void anyNameOfTheIdsIsAllowed() {
        NDArray ids = manager.create(new long[] {1, 2});
        ids.setName("batch.ids");
        TokenEmbedding block =
                TokenEmbedding.builder()
                        .setNumEmbeddings(4)
                        .setEmbeddingDim(2)
                        .optPaddingIdx(0)
                        .build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));

        assertThat(forward(block, ids).getShape()).isEqualTo(new Shape(2, 2));
        assertThat(ids.getName()).isEqualTo("batch.ids");
    }

    @Test
    void aScriptedLookupLeavesOnlyItsOutput() {
        TokenEmbedding block =
                TokenEmbedding.builder()
                        .setNumEmbeddings(4)
                        .setEmbeddingDim(2)
                        .optPaddingIdx(0)
                        .optMaxNorm(1)
                        .build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));
        NDArray ids = manager.create(new long[] {1, 2});
        forward(block, ids).close();
        int before = manager.getManagedArrays().size();

        forward(block, ids).close();

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    static Stream<Arguments> illegalOptions() {
        return Stream.of(
                illegal("paddingIdx: expected -5 to 4, found 5", b -> b.optPaddingIdx(5)),
                illegal("paddingIdx: expected -5 to 4, found -6", b -> b.optPaddingIdx(-6)),
                illegal("maxNorm: expected at least 0, found -1.0", b -> b.optMaxNorm(-1)),
                illegal("maxNorm: expected at least 0, found NaN", b -> b.optMaxNorm(Double.NaN)),
                illegal("normType: expected a number", b -> b.optNormType(Double.NaN)),
                illegal(
                        "scaleGradByFreq: expected false with sparse",
                        b -> b.optSparse(true).optScaleGradByFreq(true)),
                illegal(
                        "numEmbeddings: expected at least 0, found -5",
                        b -> b.setNumEmbeddings(-5)),
                illegal("embeddingDim: expected at least 0, found -1", b -> b.setEmbeddingDim(-1)));
    }

    @ParameterizedTest
    @MethodSource("illegalOptions")
    void anIllegalOptionIsNamedWithItsRange(
            String message, Consumer<TokenEmbedding.Builder> option) {
        TokenEmbedding.Builder builder =
                TokenEmbedding.builder().setNumEmbeddings(5).setEmbeddingDim(3);
        option.accept(builder);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith(message);
    }

    @Test
    void aSizeThatContradictsTheWeightIsRefused() {
        NDArray weight = manager.ones(new Shape(4, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                TokenEmbedding.builder()
                                        .optWeight(weight)
                                        .setNumEmbeddings(5)
                                        .build())
                .withMessage("numEmbeddings: expected 4, as in the weight's shape (4, 2), found 5");
    }

    private static Arguments illegal(String message, Consumer<TokenEmbedding.Builder> option) {
        return Arguments.of(message, option);
    }

    private NDArray forward(TokenEmbedding block, NDArray ids) {
        return block.forward(new ParameterStore(manager, false), new NDList(ids), false)
                .singletonOrThrow();
    }
}
