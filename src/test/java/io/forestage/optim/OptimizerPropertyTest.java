package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import io.forestage.testing.Bits;
import io.forestage.testing.Tolerances;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with a plain float64 computation, row by row, on random tables, batches and options. */
class OptimizerPropertyTest {

    private static final float RATE = 0.01f;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<Long> seeds() {
        return Stream.iterate(1L, seed -> seed + 1).limit(20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void adamEqualsAPlainComputation(long seed) {
        compare(
                seed,
                0,
                natively -> with(RowSparseAdam.builder(), natively).build(),
                (w, g, state, step) -> {
                    state[0] = 0.9 * state[0] + 0.1 * g;
                    state[1] = 0.999 * state[1] + 0.001 * g * g;
                    double size =
                            RATE * Math.sqrt(1 - Math.pow(0.999, step)) / (1 - Math.pow(0.9, step));
                    return w - size * state[0] / (Math.sqrt(state[1]) + 1e-8);
                });
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void adamWEqualsAPlainComputation(long seed) {
        compare(
                seed,
                0,
                natively -> with(RowSparseAdamW.builder().optWeightDecays(0.25f), natively).build(),
                (w, g, state, step) -> {
                    state[0] = 0.9 * state[0] + 0.1 * g;
                    state[1] = 0.999 * state[1] + 0.001 * g * g;
                    double mean = state[0] / (1 - Math.pow(0.9, step));
                    double square = state[1] / (1 - Math.pow(0.999, step));
                    return w * (1 - RATE * 0.25) - RATE * mean / (Math.sqrt(square) + 1e-8);
                });
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void adagradEqualsAPlainComputation(long seed) {
        compare(
                seed,
                0.5,
                natively ->
                        with(RowSparseAdagrad.builder().optInitialAccumulatorValue(0.5), natively)
                                .build(),
                (w, g, state, step) -> {
                    state[0] += g * g;
                    return w - RATE * g / (Math.sqrt(state[0]) + 1e-10);
                });
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void lazyMomentumEqualsAPlainComputation(long seed) {
        compare(
                seed,
                0,
                natively ->
                        with(
                                        RowSparseSgd.builder()
                                                .optMomentum(0.75)
                                                .optLazyMomentum(true),
                                        natively)
                                .build(),
                (w, g, state, step) -> {
                    state[0] = 0.75 * state[0] + g;
                    return w - RATE * state[0];
                });
    }

    /** A step of one value in float64: changes the state and returns the new weight. */
    private interface Plain {
        double step(double weight, double gradient, double[] state, int step);
    }

    private interface Maker {
        RowSparseOptimizer make(boolean natively);
    }

    private void compare(long seed, double initial, Maker maker, Plain plain) {
        Random random = new Random(seed);
        int rows = 1 + random.nextInt(40);
        int width = 1 + random.nextInt(70);
        float[] start = gaussians(random, rows * width);
        NDArray host = manager.create(start, new Shape(rows, width));
        NDArray nativeOne = host.duplicate();
        NDArray wide = host.toType(DataType.FLOAT64, true);
        double[] expected = wide.toDoubleArray();
        double[][] state = new double[expected.length][2];
        for (double[] values : state) {
            values[0] = initial;
        }
        Lookups[] lookups = {
            Lookups.of(host, true, -1), Lookups.of(nativeOne, true, -1), Lookups.of(wide, true, -1)
        };
        try (RowSparseOptimizer first = maker.make(false);
                RowSparseOptimizer second = maker.make(true);
                RowSparseOptimizer third = maker.make(false)) {
            for (int step = 1; step <= 8; step++) {
                int batch = random.nextInt(60);
                long[] ids = random.longs(batch, 0, rows).toArray();
                float[] upstream = gaussians(random, batch * width);
                apply(expected, state, ids, upstream, width, step, plain);
                NDArray indices = manager.create(ids);
                NDArray values = manager.create(upstream, new Shape(batch, width));
                lookups[0].backward(indices, values);
                first.update("table", host, lookups[0].gradient());
                lookups[1].backward(indices, values);
                second.update("table", nativeOne, lookups[1].gradient());
                lookups[2].backward(indices, values.toType(DataType.FLOAT64, true));
                third.update("table", wide, lookups[2].gradient());
            }
        }
        assertThat(wide.toDoubleArray())
                .as("float64")
                .containsExactly(expected, within(Tolerances.OPTIMIZER_FLOAT64));
        assertThat(Bits.of(nativeOne))
                .as("native operations against the pass in the CPU's memory")
                .isEqualTo(Bits.of(host));
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) host.toFloatArray()[i])
                    .as("value %d, seed %d", i, seed)
                    .isCloseTo(expected[i], within((double) Tolerances.OPTIMIZER_FLOAT32));
        }
    }

    private static void apply(
            double[] weights,
            double[][] state,
            long[] ids,
            float[] upstream,
            int width,
            int step,
            Plain plain) {
        double[] sums = new double[weights.length];
        boolean[] touched = new boolean[weights.length];
        for (int i = 0; i < ids.length; i++) {
            for (int j = 0; j < width; j++) {
                int at = (int) ids[i] * width + j;
                sums[at] += upstream[i * width + j];
                touched[at] = true;
            }
        }
        for (int at = 0; at < weights.length; at++) {
            if (touched[at]) {
                weights[at] = plain.step(weights[at], sums[at], state[at], step);
            }
        }
    }

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static <B extends RowSparseOptimizer.Builder<B>> B with(B builder, boolean natively) {
        builder.optLearningRateTracker(Tracker.fixed(RATE));
        return natively ? builder.optNativeOperations() : builder;
    }
}
