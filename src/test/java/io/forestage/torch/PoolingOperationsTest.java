package io.forestage.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.forestage.testing.Bits;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows pooled together have the bits of each alone. */
class PoolingOperationsTest {

    private static final float MIN = -100;
    private static final float MAX = 100;

    private final NDManager manager = TorchEngine.get().newBaseManager(Device.cpu());
    private final int threads = JniUtils.getNumThreads();
    private final Random random = new Random(3);

    @AfterEach
    void close() {
        JniUtils.setNumThreads(threads);
        manager.close();
    }

    /** Both sides of the number of values from which libtorch uses several threads are met. */
    @ParameterizedTest
    @CsvSource({
        "1, 1", "1, 3", "1, 128", "1, 768", "1, 1000", "2, 1", "2, 3", "2, 100", "2, 128", "2, 768",
        "2, 1000", "5, 1", "5, 3", "5, 100", "5, 128", "5, 768", "5, 1000"
    })
    void aMeanHasTheBitsOfTheRowsOwn(int threadsNow, int width) {
        JniUtils.setNumThreads(threadsNow);
        for (int[] lengths : new int[][] {anyLengths(), shortLengths(), new int[] {7}}) {
            NDArray vectors = values(Arrays.stream(lengths).sum(), width);
            meansAreThoseOfEachRow(vectors, lengths);
            meansAreThoseOfEachRow(vectors.toType(DataType.FLOAT16, false), lengths);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void aNormHasTheBitsOfTheRowsOwn(int threadsNow) {
        JniUtils.setNumThreads(threadsNow);
        for (int width : new int[] {1, 3, 128, 768, 40_000}) {
            NDArray rows = values(width > 1000 ? 3 : 401, width);
            NDArray norms = PoolingOperations.get().norms(rows);

            assertThat(norms.getShape()).isEqualTo(new Shape(rows.getShape().get(0), 1));
            for (int i = 0; i < norms.size(); i++) {
                NDArray alone = rows.get(i).square().sum(new int[] {-1}, true).sqrt();
                assertThat(Bits.of(norms.get(i))).isEqualTo(Bits.of(alone));
            }
        }
    }

    @Test
    void theResultBelongsToTheManagerOfTheVectors() {
        try (NDManager owner = manager.newSubManager()) {
            NDArray vectors = owner.ones(new Shape(5, 2));

            assertThat(PoolingOperations.get().means(vectors, 2, 3).getManager()).isSameAs(owner);
            assertThat(PoolingOperations.get().norms(vectors).getManager()).isSameAs(owner);
        }
    }

    private static void meansAreThoseOfEachRow(NDArray vectors, int... lengths) {
        NDArray means = PoolingOperations.get().means(vectors, lengths);

        assertThat(means.getDataType()).isEqualTo(vectors.getDataType());
        assertThat(means.getShape())
                .isEqualTo(new Shape(lengths.length, vectors.getShape().get(1)));
        int begin = 0;
        for (int i = 0; i < lengths.length; i++) {
            try (NDArray row = vectors.get(new NDIndex().addSliceDim(begin, begin + lengths[i]));
                    NDArray alone = row.mean(new int[] {0});
                    NDArray together = means.get(i)) {
                assertThat(Bits.of(together))
                        .as("row %d of %d tokens", i, lengths[i])
                        .isEqualTo(Bits.of(alone));
            }
            begin += lengths[i];
        }
    }

    /** As they come, and twice in a row. */
    private int[] anyLengths() {
        return IntStream.generate(() -> 1 + random.nextInt(random.nextBoolean() ? 2000 : 40))
                .limit(12)
                .flatMap(
                        length -> random.nextBoolean() ? repeated(length, 2) : IntStream.of(length))
                .toArray();
    }

    /**
     * Ascending, so that rows of one length follow each other; some have more rows than threads.
     */
    private int[] shortLengths() {
        return IntStream.rangeClosed(1, 48)
                .flatMap(length -> repeated(length, 1 + random.nextInt(9)))
                .toArray();
    }

    private static IntStream repeated(int length, int times) {
        return IntStream.range(0, times).map(i -> length);
    }

    private NDArray values(long rows, long width) {
        return manager.randomUniform(MIN, MAX, new Shape(rows, width));
    }
}
