package io.forestage.weights.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forestage.testing.TwinTables;
import io.forestage.weights.ElementType;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpzWriterTest {

    private final Path target;

    NpzWriterTest(@TempDir Path folder) {
        target = folder.resolve("arrays.npz");
    }

    /** make_fixtures.py loads the same bytes with NumPy and compares the arrays. */
    @Test
    void writesTheBytesThatNumPyReads() throws IOException {
        NpzWriter.write(target, tensors());
        assertThat(target).hasBinaryContent(NpyBytes.resource("written.npz"));
    }

    @Test
    void writtenFilesCanBeReadAndMapped() throws IOException {
        NpzWriter.write(target, tensors());
        try (WeightFile file = NumpyFile.open(target)) {
            assertThat(file.tensors())
                    .extracting(TensorEntry::name)
                    .containsExactly("model/wte", "wpe", "größe", "none");
            TwinTables.assertHeldBy(file);
            for (TensorEntry tensor : file.tensors()) {
                assertThat(file.region(tensor).orElseThrow().offset() % 64).isZero();
            }
        }
    }

    private static List<TensorSource> tensors() throws IOException {
        return List.of(
                table("model/wte", Gpt2Table.WTE, TwinTables.WTE_SHAPE),
                table("wpe", Gpt2Table.WPE, TwinTables.WPE_SHAPE),
                TensorSource.ofLongs("größe", List.of(), new long[] {1L << 40}),
                empty("none", ElementType.F32));
    }

    private static TensorSource table(String name, Gpt2Table table, List<Long> shape)
            throws IOException {
        return TensorSource.ofFloats(name, shape, ByteBuffer.wrap(TwinTables.bytes(table)));
    }

    private static TensorSource empty(String name, ElementType type) {
        return new TensorSource(name, type, List.of(0L, 3L), channel -> {});
    }

    @Test
    void noTensorsResultInAnEmptyZip() throws IOException {
        NpzWriter.write(target, List.of());
        try (WeightFile file = NumpyFile.open(target)) {
            assertThat(file.tensors()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "F8_E4M3", "F8_E5M2", "F8_E8M0", "C64", "C128", "OTHER"})
    void aTypeThatNumPyDoesNotSupportIsRefused(ElementType type) {
        assertRefused(
                "expected a type that NumPy supports, found " + type + "; convert it to F32",
                empty("a", ElementType.F32),
                empty("b", type));
    }

    @Test
    void aRepeatedNameIsRefused() {
        assertRefused(
                "\"a.npy\": expected at most 100000 entries with unique names, found one more",
                empty("a", ElementType.F32),
                empty("a", ElementType.F16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "../a", "a/../b", "a\\b", "\ud800"})
    void aNameThatIsNotARelativePathIsRefused(String name) {
        assertRefused("expected a relative path in valid Unicode", empty(name, ElementType.F32));
    }

    @Test
    void dataOfAnotherSizeIsRefused() {
        assertRefused(
                "\"a\": expected 24 bytes from its source, found 0",
                new TensorSource("a", ElementType.F32, List.of(2L, 3L), channel -> {}));
    }

    private void assertRefused(String message, TensorSource... tensors) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NpzWriter.write(target, List.of(tensors)))
                .withMessageContaining(message);
        assertThat(target).doesNotExist();
    }
}
