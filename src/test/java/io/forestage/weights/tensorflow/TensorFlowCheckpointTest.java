package io.forestage.weights.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forestage.testing.TwinTables;
import io.forestage.weights.ElementType;
import io.forestage.weights.FileBytes;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorFlowCheckpointTest {

    /** A small GPT-2 saved by TensorFlow. */
    private static final Path REAL =
            Path.of("../shared/data/checkpoints/openai-tf-toy/model.ckpt.index");

    private final CheckpointFiles files;

    TensorFlowCheckpointTest(@TempDir Path folder) {
        this.files = new CheckpointFiles(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "plain, F32",
        "two-shards, F32",
        "half, F16",
        "bfloat16, BF16",
        "double, F64",
        "big-endian, F32",
        "many, F32",
        "snappy, F32",
        "others, F32"
    })
    void theTwinTablesComeBackToTheBit(String name, ElementType type) throws IOException {
        try (WeightFile file = TensorFlowCheckpoint.open(CheckpointFiles.fixture(name))) {
            assertThat(file.format()).isEqualTo(WeightFormat.TENSORFLOW);
            TwinTables.assertHeldBy(file);
            assertThat(Gpt2Table.WTE.requireIn(file).name()).isEqualTo("model/wte");
            assertThat(file.require("model/wpe").type()).isEqualTo(type);
            assertThat(floats(file, "model/h0/ln_1/b"))
                    .containsExactly(0, 0.25f, 0.5f, 0.75f, 1, 1.25f);
            file.requireUnchanged();
        }
    }

    @Test
    void tensorsComeInTheOrderOfTheirBytes() throws IOException {
        try (WeightFile file = TensorFlowCheckpoint.open(CheckpointFiles.fixture("two-shards"))) {
            assertThat(file.tensors())
                    .extracting(TensorEntry::name)
                    .containsExactly("model/wpe", "model/h0/ln_1/b", "model/wte");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "snappy"})
    void allTensorsOfManyBlocksAreRead(String name) throws IOException {
        try (WeightFile file = TensorFlowCheckpoint.open(CheckpointFiles.fixture(name))) {
            assertThat(file.tensors()).hasSize(3 + 12 * 12);
            for (int layer = 1; layer <= 12; layer++) {
                String first = "model/h%d/attn/c_attn/b".formatted(layer);
                String last = "model/h%d/mlp/c_proj/w".formatted(layer);
                assertThat(floats(file, first)).containsExactly(layer);
                assertThat(floats(file, last)).containsExactly(layer + 11 / 8f);
            }
        }
    }

    @Test
    void tensorsOfOtherTypesAreListedInTheMetadata() throws IOException {
        try (WeightFile file = TensorFlowCheckpoint.open(CheckpointFiles.fixture("others"))) {
            assertThat(file.metadata())
                    .isEqualTo(Map.of("_CHECKPOINTABLE_OBJECT_GRAPH", "DT_STRING"));
            byte[] steps = CheckpointFiles.raw(file, "global_step");
            assertThat(ByteBuffer.wrap(steps).order(ByteOrder.LITTLE_ENDIAN).getLong())
                    .isEqualTo(50_000);
        }
        try (WeightFile file = TensorFlowCheckpoint.open(CheckpointFiles.fixture("plain"))) {
            assertThat(file.metadata()).isEmpty();
        }
    }

    @Test
    void noTensorCanBeMapped() throws IOException {
        try (WeightFile file = TensorFlowCheckpoint.open(CheckpointFiles.fixture("plain"))) {
            assertThat(file.tensors()).allSatisfy(each -> assertThat(file.region(each)).isEmpty());
        }
    }

    @Test
    void aCheckpointThatTensorFlowSavedIsRead() throws IOException {
        assumeTrue(Files.exists(REAL), "no checkpoint of another's making at " + REAL);
        try (WeightFile file = TensorFlowCheckpoint.open(REAL)) {
            assertThat(file.tensors()).hasSize(40);
            assertThat(Gpt2Table.WTE.requireIn(file).shape()).containsExactly(356L, 15L);
            assertThat(Gpt2Table.WPE.requireIn(file).shape()).containsExactly(20L, 15L);
            // Reading verifies every tensor's checksum from TensorFlow.
            for (TensorEntry each : file.tensors()) {
                assertThat(CheckpointFiles.raw(file, each.name())).hasSize((int) each.byteSize());
            }
            assertThat(floats(file, "model/h1/ln_1/g")).containsOnly(1).hasSize(15);
            byte[] data = Files.readAllBytes(REAL.resolveSibling("model.ckpt.data-00000-of-00001"));
            assertThat(CheckpointFiles.raw(file, "model/wte"))
                    .isEqualTo(Arrays.copyOfRange(data, data.length - 356 * 15 * 4, data.length));
        }
    }

    @Test
    void anIndexIsRecognisedByItsEnd() throws IOException {
        Path index = CheckpointFiles.fixture("plain");
        assertThat(isIndex(index)).isTrue();
        assertThat(isIndex(index.resolveSibling("plain.data-00000-of-00001"))).isFalse();
        byte[] bytes = Files.readAllBytes(index);
        CheckpointFiles.write(files.index(), Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(isIndex(files.index())).isFalse();
        CheckpointFiles.write(files.index(), new byte[0]);
        assertThat(isIndex(files.index())).isFalse();
    }

    private static boolean isIndex(Path path) throws WeightFileException {
        try (FileBytes file = FileBytes.open(path)) {
            return TensorFlowCheckpoint.isIndex(file);
        }
    }

    @Test
    void anIndexUnderAnotherNameIsRefusedForItsName() {
        Path other = files.folder().resolve("download");
        CheckpointFiles.write(other, Table.of("a", Proto.floats(0, new byte[4])));
        CheckpointFiles.assertRefused(
                other,
                other + ": ",
                "a name that ends in .index, found \"download\"; rename it like");
    }

    @Test
    void anotherFileUnderAnotherNameIsRefusedForItsContent() {
        CheckpointFiles.write(files.data(), new byte[100]);
        CheckpointFiles.assertRefused(
                files.data(), files.data() + ": ", "the index of a TensorFlow checkpoint");
    }

    @Test
    void onlyReadableFilesAreAccepted() throws IOException {
        Path none = files.index();
        CheckpointFiles.assertRefused(none, none + ": ", "found no such file");
        Path folder = Files.createDirectory(files.folder().resolve("folder.index"));
        CheckpointFiles.assertRefused(folder, folder + ": ", "found a folder");
    }

    @Test
    void anIndexWithoutPermissionIsRefused() throws IOException {
        CheckpointFiles.write(files.index(), new byte[0]);
        Files.setPosixFilePermissions(files.index(), PosixFilePermissions.fromString("-wx-wx-wx"));
        assumeFalse(Files.isReadable(files.index()), "this user may read every file: not tested");
        CheckpointFiles.assertRefused(files.index(), files.index() + ": ", "no permission");
    }

    @Test
    void aDataFileThatIsReplacedIsReported() throws IOException {
        byte[] data = new byte[4];
        try (WeightFile file = files.open(Table.of("a", Proto.floats(0, data)), data)) {
            file.requireUnchanged();
            FileTime later =
                    FileTime.fromMillis(Files.getLastModifiedTime(files.data()).toMillis() + 5000);
            Files.setLastModifiedTime(files.data(), later);
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(file::requireUnchanged)
                    .withMessageStartingWith(files.data() + ": ");
        }
    }

    @Test
    void aClosedCheckpointIsNotRead() throws IOException {
        byte[] data = new byte[4];
        WeightFile file = files.open(Table.of("a", Proto.floats(0, data)), data);
        file.close();
        file.close();
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> CheckpointFiles.raw(file, "a"))
                .withMessageContaining("found a closed file");
    }

    private static float[] floats(WeightFile file, String name) throws WeightFileException {
        TensorEntry entry = file.require(name);
        float[] floats = new float[(int) entry.elementCount()];
        ByteBuffer bytes = ByteBuffer.allocate(floats.length * Float.BYTES);
        file.readFloats(entry, bytes.order(ByteOrder.nativeOrder()));
        bytes.flip().asFloatBuffer().get(floats);
        return floats;
    }
}
