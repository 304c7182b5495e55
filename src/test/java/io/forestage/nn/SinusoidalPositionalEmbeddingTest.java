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
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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
    void zeroPositionsBecomeZeroVectors() {
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
    void aPositionWhoseTableWouldBeTooLargeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> forward(block(6), manager.create(new long[] {Long.MAX_VALUE - 1})))
                .withMessageContaining(
                        "position ids: expected at most 89478484 at width 6 in float32");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT16", "FLOAT32", "FLOAT64"})
    void theOutputHasTheRequestedType(DataType type) {
        SinusoidalPositionalEmbedding block =
                SinusoidalPositionalEmbedding.vaswani(6).optDataType(type).build();
        NDArray positions = manager.create(new long[] {0, 9, 3}, new Shape(3, 1));

        assertThat(forward(block, positions).getDataType()).isEqualTo(type);
        assertThat(embed(block, PositionIds.range(2, 5), type).getDataType()).isEqualTo(type);
        assertThat(embed(block, PositionIds.of(positions), type).getDataType()).isEqualTo(type);
    }

    @Test
    void aTypeWithoutASinusoidIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                SinusoidalPositionalEmbedding.vaswani(6)
                                        .optDataType(DataType.BFLOAT16)
                                        .build())
                .withMessage("dataType: expected float32, float64 or float16, found bfloat16");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> embed(block(6), PositionIds.range(0, 1), DataType.INT64))
                .withMessageContaining("found int64");
    }

    @Test
    void thePresetsAreTheOptionsOfTheirSources() {
        assertThatBlock(SinusoidalPositionalEmbedding.vaswani(7)).hasTheValuesOf(builder(7));
        assertThatBlock(SinusoidalPositionalEmbedding.tensor2tensor(7))
                .hasTheValuesOf(builder(7).optLayout(SinusoidLayout.TENSOR2TENSOR));
        assertThatBlock(SinusoidalPositionalEmbedding.fairseq(7, 1))
                .hasTheValuesOf(builder(7).optLayout(SinusoidLayout.TENSOR2TENSOR).optStart(2));
        assertThatBlock(SinusoidalPositionalEmbedding.xTransformers(16))
                .hasTheValuesOf(
                        builder(16).optLayout(SinusoidLayout.X_TRANSFORMERS).optScale(0.25));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | VASWANI | 10000 | 0 | 1 | embeddingDim: expected 1 to 268435455, found 0",
                "268435456 | VASWANI | 10000 | 0 | 1 | embeddingDim: expected 1 to 268435455, found"
                        + " 268435456",
                "7 | X_TRANSFORMERS | 10000 | 0 | 1 | embeddingDim: expected an even number,"
                        + " because X_TRANSFORMERS has no column for an odd one, found 7",
                "8 | VASWANI | 1 | 0 | 1 | base: expected a finite number greater than 1, such as"
                        + " 10000, found 1.0",
                "8 | VASWANI | NaN | 0 | 1 | base: expected a finite number greater than 1, such as"
                        + " 10000, found NaN",
                "8 | VASWANI | Infinity | 0 | 1 | base: expected a finite number greater than 1,"
                        + " such as 10000, found Infinity",
                "8 | VASWANI | 10000 | -1 | 1 | start: expected 0 to 2147483647, found -1",
                "8 | VASWANI | 10000 | 2147483648 | 1 | start: expected 0 to 2147483647, found"
                        + " 2147483648",
                "8 | VASWANI | 10000 | 0 | NaN | scale: expected a finite number, found NaN",
                "8 | VASWANI | 10000 | 0 | -Infinity | scale: expected a finite number, found"
                        + " -Infinity",
            })
    void anOptionOutOfItsRangeIsRefused(
            long width,
            SinusoidLayout layout,
            double base,
            long start,
            double scale,
            String message) {
        SinusoidalPositionalEmbedding.Builder builder =
                builder(width).optLayout(layout).optBase(base).optStart(start).optScale(scale);

        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Integer.MAX_VALUE, Long.MAX_VALUE})
    void aPaddingIdOutOfRangeIsRefused(long paddingIdx) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SinusoidalPositionalEmbedding.fairseq(8, paddingIdx))
                .withMessage("paddingIdx: expected 0 to 2147483646, found " + paddingIdx);
    }

    @ParameterizedTest
    @ValueSource(longs = {Integer.MAX_VALUE, Long.MAX_VALUE - 1})
    void aTooLargePositionIsRefusedWithTheMaximumStartToo(long position) {
        SinusoidalPositionalEmbedding block = builder(6).optStart(Integer.MAX_VALUE).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> embed(block, PositionIds.range(position, 1), DataType.FLOAT64))
                .withMessage(
                        "position ids: expected at most 44739241 at width 6 in float64, found "
                                + position);
        assertThat(embed(block, PositionIds.range(0, 1), DataType.FLOAT64).getDouble(0, 0))
                .isEqualTo(StrictMath.sin(Integer.MAX_VALUE));
    }

    @Test
    void anEmptyRangeGivesNoVectorsAtEveryOffset() {
        NDArray vectors =
                embed(block(6), PositionIds.range(Long.MAX_VALUE - 1, 0), DataType.FLOAT32);

        assertThat(vectors.getShape()).isEqualTo(new Shape(0, 6));
    }

    @Test
    void theSmallestAndLargestBaseHaveTheRightFirstAndLastFrequency() {
        for (double base : new double[] {Math.nextUp(1), 1e-300 + 1.5, 1e308, Double.MAX_VALUE}) {
            Sinusoid.Frequencies frequencies = new Sinusoid.Frequencies(4, 6, base);

            assertThat(frequencies.high(0)).isEqualTo(1);
            assertThat(frequencies.high(3)).as("base %s", base).isEqualTo(1 / base);
        }
    }

    @Test
    void aTableThatGrowsUnderManyThreadsGivesEachItsRows() throws Exception {
        SinusoidalPositionalEmbedding grown = block(6);
        int[] expected = Bits.of(embed(grown, PositionIds.range(0, 4096), DataType.FLOAT32));
        SinusoidalPositionalEmbedding growing = block(6);
        Callable<Void> oneByOne =
                () -> {
                    try (NDManager own = manager.newSubManager()) {
                        for (int i = 0; i < 4096; i++) {
                            NDArray row =
                                    growing.embed(
                                            new ParameterStore(own, false),
                                            own,
                                            PositionIds.range(i, 1),
                                            DataType.FLOAT32,
                                            false);
                            assertThat(Bits.of(row))
                                    .isEqualTo(Arrays.copyOfRange(expected, 6 * i, 6 * i + 6));
                        }
                    }
                    return null;
                };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Void> done : threads.invokeAll(Collections.nCopies(4, oneByOne))) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    private static SinusoidalPositionalEmbedding.Builder builder(long width) {
        return SinusoidalPositionalEmbedding.builder().setEmbeddingDim(width);
    }

    private static SinusoidalPositionalEmbedding block(long width) {
        return builder(width).build();
    }

    private interface Values {
        void hasTheValuesOf(SinusoidalPositionalEmbedding.Builder expected);
    }

    private Values assertThatBlock(SinusoidalPositionalEmbedding.Builder preset) {
        PositionIds positions = PositionIds.range(0, 5);
        return expected ->
                assertThat(Bits.of(embed(preset.build(), positions, DataType.FLOAT32)))
                        .isEqualTo(Bits.of(embed(expected.build(), positions, DataType.FLOAT32)));
    }

    private NDArray embed(
            SinusoidalPositionalEmbedding block, PositionIds positions, DataType type) {
        return block.embed(new ParameterStore(manager, false), manager, positions, type, false);
    }

    private NDArray forward(Block block, NDArray positionIds) {
        return block.forward(new ParameterStore(manager, false), new NDList(positionIds), false)
                .singletonOrThrow();
    }
}
