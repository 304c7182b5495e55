package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.testing.Bits;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The number of threads changes no bit. */
class ThreadsTest {

    private static final int ROWS = 3000;
    private static final int WIDTH = 67;
    private static final int BATCH = 5000;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void anyNumberOfThreadsGivesTheSameBits(int threads) {
        assertThat(train(true, threads)).isEqualTo(train(true, 1));
        assertThat(train(false, threads)).isEqualTo(train(false, 1));
    }

    @Test
    void aStepChangesOnlyTheRowsOfItsGradient() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                RowSparseOptimizer optimizer = RowSparseAdamW.builder().build()) {
            NDArray weight = manager.randomNormal(new Shape(50, 5));
            int[] before = Bits.of(weight);
            Lookups lookups = Lookups.of(weight, true, -1);
            lookups.backward(manager.create(new long[] {7, 49, 7}), manager.ones(new Shape(3, 5)));

            optimizer.update("table", weight, lookups.gradient());

            int[] after = Bits.of(weight);
            for (int i = 0; i < before.length; i++) {
                boolean touched = i / 5 == 7 || i / 5 == 49;
                assertThat(after[i] != before[i]).as("value %d", i).isEqualTo(touched);
            }
        }
    }

    private static int[] train(boolean sparse, int threads) {
        Random random = new Random(3);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                RowSparseOptimizer optimizer =
                        RowSparseAdam.builder().optThreads(threads).build()) {
            manager.getEngine().setRandomSeed(5);
            NDArray weight = manager.randomNormal(new Shape(ROWS, WIDTH));
            Lookups lookups = Lookups.of(weight, sparse, -1);
            for (int step = 0; step < 3; step++) {
                // Squared, so that the first rows are frequent and have long sums.
                long[] ids = random.doubles(BATCH).mapToLong(x -> (long) (x * x * ROWS)).toArray();
                lookups.backward(
                        manager.create(ids), manager.randomNormal(new Shape(BATCH, WIDTH)));
                optimizer.update("table", weight, lookups.gradient());
            }
            return Bits.of(weight);
        }
    }
}
