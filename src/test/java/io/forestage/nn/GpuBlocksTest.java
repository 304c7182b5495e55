package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.testing.Bits;
import io.forestage.testing.GpuTest;
import io.forestage.testing.TestDevice;
import io.forestage.testing.Tolerances;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the blocks on a GPU with the CPU: values, gradients, errors, memory. */
@GpuTest
class GpuBlocksTest {

    private static final int ROWS = 40;
    private static final int WIDTH = 12;
    private static final Shape TABLE = new Shape(ROWS, WIDTH);
    private static final long[] IDS = {3, 7, 3, 0, 39, 7, 7, 1, 20, 11, 3, 5};
    private static final Shape BATCH = new Shape(2, 6);

    private final NDManager cpu = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final NDManager device = NDManager.newBaseManager(TestDevice.get(), "PyTorch");

    @AfterEach
    void close() {
        device.close();
        cpu.close();
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, INT64",
        "FLOAT32, INT32",
        "FLOAT16, INT64",
        "FLOAT16, INT32",
        "FLOAT64, INT64"
    })
    void aLookupCopiesTheBitsInEveryType(DataType type, DataType ids) {
        float[] found = vectors(device, type, ids);

        assertThat(Bits.of(found)).isEqualTo(Bits.of(vectors(cpu, type, ids)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLOAT32", "FLOAT16"})
    void theSumOfTokensAndPositionsHasTheBitsOfTheCpu(DataType type) {
        Function<NDManager, float[]> sums =
                manager -> {
                    Gpt2InputEmbedding block =
                            Gpt2InputEmbedding.builder()
                                    .setTokenEmbedding(
                                            TokenEmbedding.fromPretrained(
                                                    table(manager, type), true))
                                    .optPositionalEmbedding(
                                            LearnedPositionalEmbedding.fromPretrained(
                                                    table(manager, type), true))
                                    .build();
                    NDArray mask =
                            manager.create(
                                    new boolean[] {
                                        false, true, true, true, true, true, true, true, true, true,
                                        true, true
                                    },
                                    BATCH);
                    return forward(block, manager, new NDList(ids(manager), mask));
                };

        assertThat(Bits.of(sums.apply(device))).isEqualTo(Bits.of(sums.apply(cpu)));
    }

    @Test
    void aSinusoidHasTheBitsOfTheCpu() {
        Function<NDManager, float[]> positions =
                manager ->
                        forward(
                                SinusoidalPositionalEmbedding.builder()
                                        .setEmbeddingDim(WIDTH)
                                        .build(),
                                manager,
                                new NDList(ids(manager)));

        assertThat(Bits.of(positions.apply(device))).isEqualTo(Bits.of(positions.apply(cpu)));
    }

    @ParameterizedTest
    @EnumSource
    void bagsAgreeWithTheCpus(BagMode mode) {
        float[] found = bags(device, mode, DataType.FLOAT32);

        assertClose(found, bags(cpu, mode, DataType.FLOAT32), Tolerances.DEVICE_SUM);
    }

    @Test
    void bagsOfFloat16AgreeWithTheCpus() {
        float[] found = bags(device, BagMode.SUM, DataType.FLOAT16);

        assertClose(found, bags(cpu, BagMode.SUM, DataType.FLOAT16), Tolerances.DEVICE_SUM_FLOAT16);
    }

    @Test
    void weightsOfABagMayBeOnTheCpu() {
        EmbeddingBag bag =
                EmbeddingBag.builder()
                        .optWeight(table(device, DataType.FLOAT32))
                        .optMode(BagMode.SUM)
                        .build();
        NDArray weights = cpu.ones(BATCH);

        float[] found = forward(bag, device, new NDList(ids(device), weights));

        assertClose(found, bags(cpu, BagMode.SUM, DataType.FLOAT32), Tolerances.DEVICE_SUM);
    }

    static Stream<Named<Function<NDArray, Block>>> trained() {
        return Stream.of(
                Named.of("dense", t -> TokenEmbedding.builder().optWeight(t).build()),
                Named.of(
                        "sparse",
                        t -> TokenEmbedding.builder().optWeight(t).optSparse(true).build()),
                Named.of(
                        "padding",
                        t -> TokenEmbedding.builder().optWeight(t).optPaddingIdx(7).build()),
                Named.of(
                        "sparse, padding",
                        t ->
                                TokenEmbedding.builder()
                                        .optWeight(t)
                                        .optSparse(true)
                                        .optPaddingIdx(7)
                                        .build()),
                Named.of(
                        "by frequency",
                        t ->
                                TokenEmbedding.builder()
                                        .optWeight(t)
                                        .optScaleGradByFreq(true)
                                        .build()),
                Named.of(
                        "maximum norm",
                        t -> TokenEmbedding.builder().optWeight(t).optMaxNorm(1.0).build()),
                Named.of(
                        "bag",
                        t -> EmbeddingBag.builder().optWeight(t).optMode(BagMode.MEAN).build()),
                Named.of(
                        "sparse bag",
                        t ->
                                EmbeddingBag.builder()
                                        .optWeight(t)
                                        .optMode(BagMode.SUM)
                                        .optSparse(true)
                                        .build()));
    }

    @ParameterizedTest
    @MethodSource("trained")
    void vectorsTablesAndGradientsAgreeWithTheCpus(Function<NDArray, Block> block) {
        List<float[]> found = train(device, block);
        List<float[]> expected = train(cpu, block);

        for (int i = 0; i < expected.size(); i++) {
            assertClose(found.get(i), expected.get(i), Tolerances.DEVICE_SUM);
        }
    }

    static Stream<Named<Function<NDArray, Block>>> checked() {
        return Stream.of(
                Named.of("tokens", t -> TokenEmbedding.fromPretrained(t, true)),
                Named.of("positions", t -> LearnedPositionalEmbedding.fromPretrained(t, true)),
                Named.of("bag", t -> EmbeddingBag.builder().optWeight(t).build()));
    }

    @ParameterizedTest
    @MethodSource("checked")
    void aBadIdIsNamedBeforeTheDeviceSeesIt(Function<NDArray, Block> blockOf) {
        Block block = blockOf.apply(table(device, DataType.FLOAT32));
        ParameterStore store = new ParameterStore(device, false);
        for (long bad : new long[] {ROWS, -1, Long.MAX_VALUE}) {
            NDList ids = new NDList(device.create(new long[] {1, bad}, new Shape(1, 2)));
            assertThatThrownBy(() -> block.forward(store, ids, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found " + bad + " at [0, 1], expected 0 to 39");
        }

        assertThat(forward(block, device, new NDList(ids(device)))).isNotEmpty();
    }

    /** DJL's toDevice puts the copy into the manager of the original, on another device. */
    @Test
    void movedIdsAreLookedUpOnTheirNewDevice() {
        Gpt2InputEmbedding block =
                Gpt2InputEmbedding.builder()
                        .setTokenEmbedding(
                                TokenEmbedding.fromPretrained(
                                        table(device, DataType.FLOAT32), true))
                        .optPositionalEmbedding(
                                SinusoidalPositionalEmbedding.builder()
                                        .setEmbeddingDim(WIDTH)
                                        .build())
                        .build();
        NDArray moved = ids(cpu).toDevice(TestDevice.get(), false);

        assertThat(Bits.of(forward(block, device, new NDList(moved))))
                .isEqualTo(Bits.of(forward(block, device, new NDList(ids(device)))));
    }

    @Test
    void idsOnADeviceWithoutATableAreRefused() {
        assumeTrue(TestDevice.get().isGpu(), "needs a second kind of device");
        Block block = TokenEmbedding.fromPretrained(table(device, DataType.FLOAT32), true);
        ParameterStore store = new ParameterStore(device, false);

        assertThatThrownBy(() -> block.forward(store, new NDList(ids(cpu)), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found inputs on cpu()");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void parametersGoFromDeviceToDevice(boolean toDevice)
            throws IOException, MalformedModelException {
        NDManager from = toDevice ? cpu : device;
        NDManager to = toDevice ? device : cpu;
        Block saved = TokenEmbedding.fromPretrained(table(from, DataType.FLOAT32), false);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        saved.saveParameters(new DataOutputStream(bytes));
        TokenEmbedding loaded =
                TokenEmbedding.builder().setNumEmbeddings(ROWS).setEmbeddingDim(WIDTH).build();
        loaded.loadParameters(
                to, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

        NDArray table = loaded.getParameters().valueAt(0).getArray();
        assertThat(table.getDevice()).isEqualTo(to.getDevice());
        assertThat(Bits.of(TestDevice.floats(table))).isEqualTo(Bits.of(values()));
    }

    static Stream<NewRows> newRows() {
        return Stream.of(NewRows.zeros(), NewRows.meanOfOldRows(), NewRows.normal(0.02));
    }

    @ParameterizedTest
    @MethodSource("newRows")
    void aTableIsResizedOnItsDevice(NewRows rows) {
        // Its manager is on the CPU, as after a toDevice.
        NDArray moved = table(cpu, DataType.FLOAT32).toDevice(TestDevice.get(), true);
        moved.attach(cpu);
        TokenEmbedding embedding = TokenEmbedding.fromPretrained(moved, false);
        TiedProjection projection = new TiedProjection(embedding);
        embedding.resize(ROWS + 3, rows);

        NDArray ids = device.create(new long[] {ROWS + 2}, new Shape(1, 1));
        assertThat(forward(embedding, device, new NDList(ids))).hasSize(WIDTH);
        assertThat(forward(projection, device, new NDList(device.ones(new Shape(1, WIDTH)))))
                .hasSize(ROWS + 3);
    }

    @Test
    void readingIdsLeavesNothingInTheirManager() {
        Block block = TokenEmbedding.fromPretrained(table(device, DataType.FLOAT32), true);
        try (NDManager owner = device.newSubManager()) {
            NDArray ids = ids(owner);
            int before = owner.getManagedArrays().size();
            for (int i = 0; i < 50; i++) {
                forward(block, device, new NDList(ids));
            }
            assertThat(owner.getManagedArrays()).hasSize(before);
        }
    }

    private float[] vectors(NDManager manager, DataType type, DataType ids) {
        Block block = TokenEmbedding.fromPretrained(table(manager, type), true);
        return forward(block, manager, new NDList(ids(manager).toType(ids, true)));
    }

    private float[] bags(NDManager manager, BagMode mode, DataType type) {
        Block bag = EmbeddingBag.builder().optWeight(table(manager, type)).optMode(mode).build();
        return forward(bag, manager, new NDList(ids(manager)));
    }

    private static float[] forward(Block block, NDManager manager, NDList inputs) {
        try (NDArray result =
                block.forward(new ParameterStore(manager, false), inputs, false)
                        .singletonOrThrow()) {
            assertThat(result.getDevice()).isEqualTo(manager.getDevice());
            return TestDevice.floats(result);
        }
    }

    /** Vectors, table and gradient of one backward pass. */
    private static List<float[]> train(NDManager manager, Function<NDArray, Block> blockOf) {
        NDArray table = table(manager, DataType.FLOAT32);
        Block block = blockOf.apply(table);
        table.setRequiresGradient(true);
        float[] vectors;
        try (NDManager scratch = manager.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray result =
                    block.forward(
                                    new ParameterStore(manager, false),
                                    new NDList(ids(scratch)),
                                    true)
                            .singletonOrThrow();
            NDArray upstream = scratch.create(normal(5, (int) result.size()), result.getShape());
            vectors = TestDevice.floats(result.stopGradient());
            collector.backward(result.mul(upstream).sum());
        }
        NDArray gradient = table.getGradient();
        return List.of(
                vectors,
                TestDevice.floats(table.stopGradient()),
                TestDevice.floats(gradient.isSparse() ? gradient.toDense() : gradient));
    }

    private static NDArray ids(NDManager manager) {
        return manager.create(IDS, BATCH);
    }

    private static NDArray table(NDManager manager, DataType type) {
        NDArray wide = manager.create(values(), TABLE);
        return type == DataType.FLOAT32 ? wide.duplicate() : wide.toType(type, true);
    }

    private static float[] values() {
        return normal(1, ROWS * WIDTH);
    }

    private static float[] normal(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void assertClose(float[] found, float[] expected, float tolerance) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i])
                    .as("value %d", i)
                    .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
        }
    }
}
