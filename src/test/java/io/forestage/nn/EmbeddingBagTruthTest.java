package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reductions and gradients are correct where those of libtorch 2.7.1 are not. */
class EmbeddingBagTruthTest {

    private static final int MANY = 5_000;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aGradientIsDividedByItsOwnRowsOccurrences() {
        NDArray table = manager.ones(new Shape(4, 1));
        EmbeddingBag bag =
                EmbeddingBag.builder()
                        .optWeight(table)
                        .optMode(BagMode.SUM)
                        .optScaleGradByFreq(true)
                        .build();

        NDArray output = backward(bag, manager.create(new long[] {1, 1, 3}, new Shape(1, 3)));

        assertThat(output.toFloatArray()).containsExactly(3);
        assertThat(table.getGradient().toFloatArray()).containsExactly(0, 1, 0, 1);
    }

    @Test
    void scalingTheGradientLeavesInfinitiesInTheOutput() {
        NDArray table =
                manager.create(new float[] {Float.POSITIVE_INFINITY, 2, 3}, new Shape(3, 1));
        EmbeddingBag bag =
                EmbeddingBag.builder()
                        .optWeight(table)
                        .optMode(BagMode.SUM)
                        .optScaleGradByFreq(true)
                        .build();

        NDArray output = backward(bag, manager.create(new long[] {0, 1, 1, 2}, new Shape(2, 2)));

        assertThat(output.toFloatArray()).containsExactly(Float.POSITIVE_INFINITY, 5);
        assertThat(table.getGradient().toFloatArray()).containsExactly(1, 1, 1);
    }

    @ParameterizedTest
    @CsvSource({"float16, 20", "float32, 3e38"})
    void aMeanDoesNotOverflowWhereItsSumDoes(String type, float value) {
        NDArray table =
                manager.create(new float[] {value, value}, new Shape(2, 1))
                        .toType(DataType.valueOf(type.toUpperCase(Locale.ROOT)), false);
        EmbeddingBag bag = EmbeddingBag.builder().optWeight(table).build();

        NDArray output = backward(bag, manager.create(new long[MANY], new Shape(1, MANY)));

        assertThat(floats(output)).containsExactly(value);
        assertThat(floats(table.getGradient())).containsExactly(1, 0);
    }

    @Test
    void aSumDoesNotOverflowInBetween() {
        NDArray table = manager.create(new float[] {3e38f, -3e38f}, new Shape(2, 1));
        EmbeddingBag bag = EmbeddingBag.builder().optWeight(table).optMode(BagMode.SUM).build();

        NDArray output = backward(bag, manager.create(new long[] {0, 0, 1}, new Shape(1, 3)));

        assertThat(output.toFloatArray()).containsExactly(3e38f);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFloat16GradientOfManyOccurrencesIsTheirSum(boolean sparse) {
        long[] ids = new long[MANY];
        NDArray half = manager.ones(new Shape(2, 1), DataType.FLOAT16);
        NDArray other = half.duplicate();
        NDArray positions = half.duplicate();

        backward(
                EmbeddingBag.builder()
                        .optWeight(half)
                        .optMode(BagMode.SUM)
                        .optSparse(sparse)
                        .build(),
                manager.create(ids, new Shape(1, MANY)));
        backward(
                TokenEmbedding.builder().optWeight(other).optSparse(sparse).build(),
                manager.create(ids, new Shape(1, MANY)));
        backward(
                LearnedPositionalEmbedding.fromPretrained(positions, false),
                manager.create(ids, new Shape(1, MANY)));

        assertThat(floats(half.getGradient())).containsExactly(MANY, 0);
        assertThat(floats(other.getGradient())).containsExactly(MANY, 0);
        assertThat(floats(positions.getGradient())).containsExactly(MANY, 0);
    }

    @ParameterizedTest
    @CsvSource({"0 1 2, NaN", "1 2 0, NaN", "1 0 2, NaN", "1 2 2, 5", "3 1 1, Infinity"})
    void aMaximumWithANaNIsNaNAtEveryPlace(String order, float expected) {
        float[] values = {Float.NaN, 2, 5, Float.POSITIVE_INFINITY};
        NDArray table = manager.create(values, new Shape(4, 1));
        EmbeddingBag bag = EmbeddingBag.builder().optWeight(table).optMode(BagMode.MAX).build();
        String[] words = order.split(" ", -1);
        long[] ids = new long[words.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Long.parseLong(words[i]);
        }

        NDArray output = backward(bag, manager.create(ids, new Shape(1, ids.length)));

        assertThat(output.toFloatArray()).containsExactly(expected);
        float[] gradient = table.getGradient().toFloatArray();
        for (int row = 0; row < values.length; row++) {
            boolean isGreatest = Float.compare(values[row], expected) == 0;
            assertThat(gradient[row]).as("row %d", row).isEqualTo(isGreatest ? 1 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNaNInThePaddingRowIsLeftOut(BagMode mode) {
        NDArray table = manager.create(new float[] {Float.NaN, 2, 2}, new Shape(3, 1));
        EmbeddingBag bag =
                EmbeddingBag.builder().optWeight(table).optMode(mode).optPaddingIdx(0).build();

        NDArray output = backward(bag, manager.create(new long[] {0, 1, 0, 0}, new Shape(2, 2)));

        assertThat(output.toFloatArray()).containsExactly(2, 0);
        assertThat(table.getGradient().toFloatArray()).containsExactly(0, 1, 0);
    }

    private NDArray backward(Block block, NDArray ids) {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            block.getParameters().valueAt(0).getArray().setRequiresGradient(true);
            NDArray output =
                    block.forward(new ParameterStore(manager, false), new NDList(ids), true)
                            .singletonOrThrow();
            collector.backward(output.sum());
            return output;
        }
    }

    private static float[] floats(NDArray array) {
        NDArray dense = array.isSparse() ? array.toDense() : array;
        return dense.toType(DataType.FLOAT32, true).toFloatArray();
    }
}
