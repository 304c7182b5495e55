package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.Bits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Training that continues from a saved state, and invalid states. */
class OptimizerStateTest {

    private static final int ROWS = 30;
    private static final int WIDTH = 5;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<Arguments> optimizers() {
        return Stream.<Supplier<RowSparseOptimizer>>of(
                        () -> RowSparseSgd.builder().build(),
                        () -> RowSparseSgd.builder().optMomentum(0.9).build(),
                        () -> RowSparseSgd.builder().optMomentum(0.9).optNativeOperations().build(),
                        () -> RowSparseAdagrad.builder().optInitialAccumulatorValue(1).build(),
                        () -> RowSparseAdam.builder().build(),
                        () -> RowSparseAdam.builder().optNativeOperations().build(),
                        () -> RowSparseAdamW.builder().build())
                .flatMap(made -> Stream.of(Arguments.of(made, true), Arguments.of(made, false)));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void aResumedTrainingGivesTheBitsOfAnUninterruptedOne(
            Supplier<RowSparseOptimizer> make, boolean sparse) throws IOException {
        TokenEmbedding whole = block();
        TokenEmbedding interrupted = block();
        try (RowSparseOptimizer through = make.get();
                RowSparseOptimizer first = make.get();
                RowSparseOptimizer second = make.get()) {
            train(through, whole, sparse, 0, 6);
            train(first, interrupted, sparse, 0, 3);
            second.loadState(interrupted, in(saved(first, interrupted)));
            train(second, interrupted, sparse, 3, 6);

            assertThat(Bits.of(array(interrupted))).isEqualTo(Bits.of(array(whole)));
            assertThat(saved(second, interrupted)).isEqualTo(saved(through, whole));
        }
    }

    @Test
    void aSavedStateHasOnlyTheRowsThatWereUpdated() throws IOException {
        TokenEmbedding block = block();
        try (RowSparseOptimizer optimizer = RowSparseAdam.builder().build()) {
            int empty = saved(optimizer, block).length;
            step(optimizer, block, 4, 2, 4);

            int one = saved(optimizer, block).length;

            int row = Integer.BYTES + 2 * WIDTH * Float.BYTES;
            assertThat(one - empty).isBetween(2 * row, 2 * row + 64);
        }
    }

    @Test
    void bytesAfterTheStateStayInTheStream() throws IOException {
        TokenEmbedding block = block();
        try (RowSparseOptimizer optimizer = RowSparseAdam.builder().build()) {
            step(optimizer, block, 1);
            byte[] saved = saved(optimizer, block);
            byte[] more = Arrays.copyOf(saved, saved.length + 1);
            more[saved.length] = 42;
            DataInputStream in = in(more);

            optimizer.loadState(block, in);

            assertThat(in.read()).isEqualTo(42);
        }
    }

    /** A change to a valid state, and a part of the message about it. */
    private record Damage(String name, UnaryOperator<byte[]> change, String message) {

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Damage> damages() {
        return List.of(
                new Damage("nothing", b -> new byte[0], "expected more bytes"),
                new Damage("cut off", b -> Arrays.copyOf(b, b.length - 9), "expected more bytes"),
                new Damage("no state", b -> patch(b, 0, 7), "first word of the saved state"),
                new Damage("of tomorrow", b -> patch(b, 4, 2), "version of the saved state"),
                new Damage("another kind", b -> text(b, "adam", "atom"), "found atom"),
                new Damage("more tables", b -> patch(b, 14, 3), "number of tables"),
                new Damage("other tables", b -> text(b, "exp_avg_sq", "exp_avg_qs"), "tables of"),
                new Damage("another name", b -> text(b, "weight", "height"), "found height"),
                new Damage("another type", b -> text(b, "FLOAT32", "FLOAT99"), "found FLOAT99"),
                new Damage("another shape", b -> patch(b, at(b) + 8, 31), "expected float32"),
                new Damage("2^31 dimensions", b -> patch(b, at(b), 1 << 30), "dimensions"),
                new Damage("a size below 0", b -> patch(b, at(b) + 4, -5), "dimension 0"),
                new Damage("steps below 0", b -> patch(b, at(b) + 20, -1), "steps"),
                new Damage("more rows than V", b -> patch(b, at(b) + 28, 31), "rows in the saved"),
                new Damage("a row twice", b -> patch(b, at(b) + 36, 2), "ascending rows"),
                new Damage("a row beyond V", b -> patch(b, at(b) + 36, 30), "ascending rows"),
                new Damage("a bit", b -> patch(b, at(b) + 41, 12345), "checksum"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void aDamagedStateIsRefusedAndChangesNothing(Damage damage) throws IOException {
        TokenEmbedding block = block();
        try (RowSparseOptimizer optimizer = RowSparseAdam.builder().build()) {
            step(optimizer, block, 2, 4);
            byte[] good = saved(optimizer, block);
            byte[] bad = damage.change().apply(good.clone());

            assertThatThrownBy(() -> optimizer.loadState(block, in(bad)))
                    .isInstanceOf(OptimizerStateException.class)
                    .hasMessageContainingAll("saved state", "expected", "found", damage.message());
            assertThat(saved(optimizer, block)).isEqualTo(good);
        }
    }

    @Test
    void aRepeatedParameterIsRefused() throws IOException {
        TokenEmbedding block = block();
        try (RowSparseOptimizer optimizer = RowSparseAdam.builder().build()) {
            step(optimizer, block, 2);
            byte[] saved = saved(optimizer, block);
            int count = 18 + 2 + 7 + 2 + 10;
            int body = count + Integer.BYTES;
            ByteBuffer twice = ByteBuffer.allocate(2 * saved.length - body - Long.BYTES);
            twice.put(saved, 0, count).putInt(2);
            twice.put(saved, body, saved.length - body - Long.BYTES);
            twice.put(saved, body, saved.length - body - Long.BYTES);
            CRC32 crc = new CRC32();
            crc.update(twice.array(), 0, twice.position());
            twice.putLong(crc.getValue());

            assertThatThrownBy(() -> optimizer.loadState(block, in(twice.array())))
                    .isInstanceOf(OptimizerStateException.class)
                    .hasMessageContaining("expected each parameter once, found weight twice");
        }
    }

    @Test
    void aClosedOptimizerIsRefused() {
        TokenEmbedding block = block();
        RowSparseOptimizer optimizer = RowSparseAdam.builder().build();
        step(optimizer, block, 2);
        optimizer.close();
        optimizer.close();

        assertThatThrownBy(() -> step(optimizer, block, 2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("optimiser: expected an open one, found a closed one; make a new one");
        assertThatThrownBy(() -> saved(optimizer, block)).isInstanceOf(IllegalStateException.class);
    }

    private TokenEmbedding block() {
        manager.getEngine().setRandomSeed(1);
        TokenEmbedding block =
                TokenEmbedding.builder().setNumEmbeddings(ROWS).setEmbeddingDim(WIDTH).build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));
        return block;
    }

    private void train(
            RowSparseOptimizer optimizer, Block block, boolean sparse, int from, int to) {
        for (int step = from; step < to; step++) {
            step(optimizer, block, sparse, new Random(step).longs(8, 0, ROWS).toArray());
        }
    }

    private void step(RowSparseOptimizer optimizer, Block block, long... ids) {
        step(optimizer, block, true, ids);
    }

    private void step(RowSparseOptimizer optimizer, Block block, boolean sparse, long... ids) {
        NDArray weight = array(block);
        Lookups.of(weight, sparse, -1)
                .backward(manager.create(ids), manager.ones(new Shape(ids.length, WIDTH)));
        optimizer.update(parameter(block).getId(), weight, weight.getGradient());
    }

    private static Parameter parameter(Block block) {
        return block.getParameters().valueAt(0);
    }

    private static NDArray array(Block block) {
        return parameter(block).getArray();
    }

    private static byte[] saved(RowSparseOptimizer optimizer, Block block) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        optimizer.saveState(block, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    private static byte[] patch(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).putInt(at, value);
        return bytes;
    }

    private static byte[] text(byte[] bytes, String from, String to) {
        int at = indexOf(bytes, from);
        for (int i = 0; i < to.length(); i++) {
            bytes[at + i] = (byte) to.charAt(i);
        }
        return bytes;
    }

    /** Returns the index of the number of dimensions. */
    private static int at(byte[] bytes) {
        return indexOf(bytes, "FLOAT32") + "FLOAT32".length();
    }

    private static int indexOf(byte[] bytes, String text) {
        return IntStream.range(0, bytes.length)
                .filter(
                        at ->
                                new String(
                                                bytes,
                                                at,
                                                Math.min(text.length(), bytes.length - at),
                                                StandardCharsets.ISO_8859_1)
                                        .equals(text))
                .findFirst()
                .orElseThrow();
    }
}
