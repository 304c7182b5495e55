package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.GpuTest;
import io.forestage.testing.TestDevice;
import io.forestage.testing.Tolerances;
import io.forestage.torch.RowUpdates;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the native steps on a GPU with the Java steps on the CPU. When these tests are run
 * without a GPU, the native steps run on the CPU too.
 */
@GpuTest
class GpuOptimizerTest {

    private static final int ROWS = 500;
    private static final int WIDTH = 33;
    private static final int BATCH = 800;
    private static final int STEPS = 10;
    private static final float CLIPPED = 0.5f;

    /** An optimiser, with or without the native steps. */
    @FunctionalInterface
    interface Kind {
        RowSparseOptimizer make(boolean natively);
    }

    private static Stream<Named<Kind>> kinds() {
        return Stream.of(
                Named.of("sgd", n -> with(RowSparseSgd.builder(), n).build()),
                Named.of(
                        "sgd, momentum",
                        n -> with(RowSparseSgd.builder(), n).optMomentum(0.9).build()),
                Named.of(
                        "sgd, Nesterov",
                        n ->
                                with(RowSparseSgd.builder(), n)
                                        .optMomentum(0.9)
                                        .optNesterov(true)
                                        .build()),
                Named.of(
                        "sgd, lazy",
                        n ->
                                with(RowSparseSgd.builder(), n)
                                        .optMomentum(0.9)
                                        .optLazyMomentum(true)
                                        .build()),
                Named.of("adagrad", n -> with(RowSparseAdagrad.builder(), n).build()),
                Named.of("adam", n -> with(RowSparseAdam.builder(), n).build()),
                Named.of(
                        "adam, clipped",
                        n -> with(RowSparseAdam.builder(), n).optClipGrad(CLIPPED).build()),
                Named.of(
                        "adamw",
                        n -> with(RowSparseAdamW.builder(), n).optWeightDecays(0.01f).build()),
                Named.of(
                        "adamw, amsgrad",
                        n -> with(RowSparseAdamW.builder(), n).optAmsgrad(true).build()));
    }

    static Stream<Arguments> steps() {
        return kinds().flatMap(
                        kind ->
                                Stream.of(true, false)
                                        .map(
                                                sparse ->
                                                        Arguments.of(
                                                                kind,
                                                                Named.of(
                                                                        sparse ? "sparse" : "dense",
                                                                        sparse))));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void stepsAgreeWithThoseOnTheCpu(Kind kind, boolean sparse) {
        double[] found = train(kind.make(true), TestDevice.get(), DataType.FLOAT32, sparse);
        double[] expected = train(kind.make(false), Device.cpu(), DataType.FLOAT32, sparse);

        assertClose(found, expected, Tolerances.DEVICE_STEPS);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void stepsInFloat64AgreeWithThoseOnTheCpu(Kind kind, boolean sparse) {
        double[] found = train(kind.make(true), TestDevice.get(), DataType.FLOAT64, sparse);
        double[] expected = train(kind.make(false), Device.cpu(), DataType.FLOAT64, sparse);

        assertClose(found, expected, Tolerances.DEVICE_STEPS_FLOAT64);
    }

    static Stream<Arguments> moves() {
        return kinds().flatMap(
                        kind ->
                                Stream.of(true, false)
                                        .map(
                                                there ->
                                                        Arguments.of(
                                                                kind,
                                                                Named.of(
                                                                        there
                                                                                ? "to the device"
                                                                                : "to the CPU",
                                                                        there))));
    }

    @ParameterizedTest
    @MethodSource("moves")
    void aStateSavedOnOneDeviceContinuesOnAnother(Kind kind, boolean toDevice) throws IOException {
        Device first = toDevice ? Device.cpu() : TestDevice.get();
        Device second = toDevice ? TestDevice.get() : Device.cpu();
        byte[] state;
        float[] weights;
        try (Table table = new Table(first, kind.make(!toDevice), firstValues())) {
            table.steps(0, STEPS / 2);
            state = table.save();
            weights = TestDevice.floats(table.weight.stopGradient());
        }
        double[] found;
        try (Table table = new Table(second, kind.make(toDevice), weights)) {
            table.load(state);
            table.steps(STEPS / 2, STEPS);
            found = table.values();
        }
        try (Table whole = new Table(Device.cpu(), kind.make(false), firstValues())) {
            whole.steps(0, STEPS);
            assertClose(found, whole.values(), Tolerances.DEVICE_STEPS);
        }
    }

    @Test
    void theNormOfAllGradientsAgreesWithTheCpus() {
        for (boolean sparse : new boolean[] {true, false}) {
            double found = norm(TestDevice.get(), sparse, true);
            double expected = norm(Device.cpu(), sparse, false);
            assertThat(found)
                    .as(sparse ? "sparse" : "dense")
                    .isCloseTo(expected, within(expected * Tolerances.DEVICE_SUM));
        }
    }

    private static <B extends RowSparseOptimizer.Builder<B>> B with(B builder, boolean natively) {
        return natively ? builder.optNativeOperations() : builder;
    }

    private static double norm(Device device, boolean sparse, boolean natively) {
        Random random = new Random(3);
        try (NDManager manager = NDManager.newBaseManager(device, "PyTorch");
                RowSparseAdam adam = with(RowSparseAdam.builder(), natively).build()) {
            NDArray weight = weight(manager, random, DataType.FLOAT32);
            Lookups lookups = Lookups.of(weight, sparse, -1);
            backward(lookups, manager, random, DataType.FLOAT32);
            return adam.squaredNorm(weight, lookups.gradient());
        }
    }

    private static double[] train(
            RowSparseOptimizer optimizer, Device device, DataType type, boolean sparse) {
        Random random = new Random(3);
        try (optimizer;
                NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
            NDArray weight = weight(manager, random, type);
            Lookups lookups = Lookups.of(weight, sparse, -1);
            for (int step = 0; step < STEPS; step++) {
                backward(lookups, manager, random, type);
                assertThat(lookups.gradient().isSparse()).isEqualTo(sparse);
                optimizer.update("table", weight, lookups.gradient());
                RowUpdates.clearGradient(weight);
            }
            return doubles(weight);
        }
    }

    private static NDArray weight(NDManager manager, Random random, DataType type) {
        return manager.create(floats(random, ROWS * WIDTH), new Shape(ROWS, WIDTH))
                .toType(type, false)
                .duplicate();
    }

    private static void backward(Lookups lookups, NDManager manager, Random random, DataType type) {
        try (NDManager scratch = manager.newSubManager()) {
            long[] ids = random.ints(BATCH, 0, ROWS).asLongStream().toArray();
            NDArray upstream =
                    scratch.create(floats(random, BATCH * WIDTH), new Shape(BATCH, WIDTH))
                            .toType(type, false);
            lookups.backward(scratch.create(ids), upstream);
        }
    }

    private static double[] doubles(NDArray weight) {
        try (NDArray values = weight.stopGradient();
                NDArray host = values.toDevice(Device.cpu(), true);
                NDArray wide = host.toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }

    private static void assertClose(double[] found, double[] expected, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i])
                    .as("value %d", i)
                    .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
        }
    }

    private static float[] firstValues() {
        return floats(new Random(3), ROWS * WIDTH);
    }

    private static float[] floats(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** A table in a block with an optimiser; the batch depends only on the step's number. */
    private static final class Table implements AutoCloseable {

        private final NDManager manager;
        private final RowSparseOptimizer optimizer;
        private final NDArray weight;
        private final TokenEmbedding block;
        private final Lookups lookups;

        Table(Device device, RowSparseOptimizer optimizer, float[] values) {
            manager = NDManager.newBaseManager(device, "PyTorch");
            this.optimizer = optimizer;
            weight = manager.create(values, new Shape(ROWS, WIDTH)).duplicate();
            block = TokenEmbedding.builder().optWeight(weight).optSparse(true).build();
            lookups = Lookups.of(weight, true, -1);
        }

        void steps(int begin, int end) {
            String id = block.getParameters().valueAt(0).getId();
            for (int step = begin; step < end; step++) {
                backward(lookups, manager, new Random(100L + step), DataType.FLOAT32);
                optimizer.update(id, weight, lookups.gradient());
            }
        }

        byte[] save() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            optimizer.saveState(block, new DataOutputStream(bytes));
            return bytes.toByteArray();
        }

        void load(byte[] state) throws IOException {
            optimizer.loadState(block, new DataInputStream(new ByteArrayInputStream(state)));
        }

        double[] values() {
            return doubles(weight);
        }

        @Override
        public void close() {
            optimizer.close();
            manager.close();
        }
    }
}
