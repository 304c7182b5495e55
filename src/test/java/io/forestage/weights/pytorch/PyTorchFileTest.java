package io.forestage.weights.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.testing.TwinTables;
import io.forestage.weights.ElementType;
import io.forestage.weights.FileRegion;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of PyTorch are read with the same bits. */
class PyTorchFileTest {

    private static final Path OTHER_MODEL =
            Path.of(
                    "../shared/data/checkpoints/torch-zip-other-models",
                    "caikit_bloom_pytorch_model.bin");

    private final Path folder;

    PyTorchFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "plain-legacy",
                "tied",
                "tied-legacy",
                "float16",
                "float16-legacy",
                "bfloat16",
                "float64",
                "views",
                "views-legacy",
                "strides",
                "strides-legacy",
                "parameters",
                "parameters-legacy",
                "module",
                "module-legacy",
                "nanogpt",
                "nanogpt-legacy",
                "protocol4",
                "protocol4-legacy",
                "lightning",
                "lightning-legacy",
                "older",
                "big-endian",
                "deflated"
            })
    void theTablesAreReadToTheBit(String fixture) throws IOException {
        try (WeightFile file = Fixtures.open(fixture)) {
            assertThat(file.format()).isEqualTo(WeightFormat.PYTORCH);
            assertThat(file.metadata()).isEmpty();
            assertThat(file.size()).isEqualTo(Files.size(file.path()));
            assertThat(PyTorchFile.isPyTorch(Fixtures.bytes(fixture))).isTrue();
            TwinTables.assertHeldBy(file);
            TwinTables.assertHeldBy(file);
            file.requireUnchanged();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tied", "tied-legacy"})
    void tensorsThatShareAStorageShareTheirPlace(String fixture) throws IOException {
        try (WeightFile file = Fixtures.open(fixture)) {
            assertThat(names(file))
                    .containsExactly(
                            "transformer.wte.weight", "transformer.wpe.weight", "lm_head.weight");
            FileRegion wte = file.region(file.require("transformer.wte.weight")).orElseThrow();
            assertThat(file.region(file.require("lm_head.weight"))).contains(wte);
            byte[] whole = Files.readAllBytes(wte.file());
            assertThat(ByteBuffer.wrap(whole, (int) wte.offset(), 19 * 6 * 4))
                    .isEqualTo(ByteBuffer.wrap(TwinTables.bytes(Gpt2Table.WTE)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"views", "views-legacy", "deflated", "big-endian"})
    void onlyUnchangedBytesCanBeMapped(String fixture) throws IOException {
        try (WeightFile file = Fixtures.open(fixture)) {
            assertThat(file.region(Gpt2Table.WTE.requireIn(file)).isPresent())
                    .isEqualTo(fixture.startsWith("views"));
            assertThat(file.region(Gpt2Table.WPE.requireIn(file))).isEqualTo(Optional.empty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nanogpt", "nanogpt-legacy", "protocol4"})
    void aCheckpointsTensorsAreNamedByTheirKeys(String fixture) throws IOException {
        try (WeightFile file = Fixtures.open(fixture)) {
            assertThat(names(file))
                    .startsWith("model._orig_mod.steps")
                    .contains(
                            "model._orig_mod.transformer.wpe.weight",
                            "model._orig_mod.lm_head.weight",
                            "model._orig_mod.steps",
                            "optimizer.state.0.exp_avg",
                            "optimizer.state.1.exp_avg_sq",
                            "best_val_loss");
            assertThat(floats(file, "best_val_loss")).containsExactly(3.25f);
            assertThat(file.require("best_val_loss").shape()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lightning", "lightning-legacy"})
    void otherValuesAreSkipped(String fixture) throws IOException {
        try (WeightFile file = Fixtures.open(fixture)) {
            assertThat(names(file))
                    .containsExactly(
                            "state_dict.wte.weight", "state_dict.wpe.weight", "loss.0", "loss.1.0");
            assertThat(floats(file, "loss.0")).containsExactly(1.5f);
            assertThat(floats(file, "loss.1.0")).containsExactly(2.5f);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"types", "types-legacy"})
    void everyTypeIsRead(String fixture) throws IOException {
        try (WeightFile file = Fixtures.open(fixture)) {
            assertThat(file.tensors())
                    .contains(
                            new TensorEntry("bool", ElementType.BOOL, List.of(2L)),
                            new TensorEntry("uint8", ElementType.U8, List.of(2L)),
                            new TensorEntry("int8", ElementType.I8, List.of(2L)),
                            new TensorEntry("int16", ElementType.I16, List.of(2L)),
                            new TensorEntry("int32", ElementType.I32, List.of(2L)),
                            new TensorEntry("int64", ElementType.I64, List.of(2L)),
                            new TensorEntry("scalar", ElementType.F32, List.of()),
                            new TensorEntry("empty", ElementType.F32, List.of(0L, 3L)));
            assertThat(raw(file, "bool")).containsExactly(1, 0);
            assertThat(raw(file, "uint8")).containsExactly(1, -1);
            assertThat(raw(file, "int8")).containsExactly(1, -1);
            assertThat(raw(file, "int16")).containsExactly(1, 0, -2, -1);
            assertThat(raw(file, "int32")).containsExactly(1, 0, 0, 0, -3, -1, -1, -1);
            assertThat(raw(file, "int64")).startsWith(1, 0).endsWith(-1).hasSize(16);
            assertThat(raw(file, "empty")).isEmpty();
            assertThat(floats(file, "scalar")).containsExactly(0.5f);
        }
    }

    @Test
    void theLegacyFormsByteOrderIsIgnoredAsPyTorchDoes() throws IOException {
        byte[] bytes = Fixtures.bytes("plain-legacy");
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int flag = text.indexOf("little_endian") + "little_endian".length() + 2;
        assertThat(bytes[flag]).isEqualTo((byte) 0x88);
        bytes[flag] = (byte) 0x89;
        try (WeightFile file = open(bytes)) {
            TwinTables.assertHeldBy(file);
        }
    }

    @Test
    void aTensorOutOfOrderInACompressedFileIsRefusedByName() {
        assertRefused(
                Fixtures.bytes("deflated-views"),
                "\"wpe.weight\" in ",
                "expected a tensor in C order in a compressed file, found strides [1, 7]",
                "zip -0 -r");
    }

    @Test
    void aTorchScriptProgramIsRefusedByName() {
        assertRefused(
                Fixtures.bytes("script"),
                "expected weights, found a TorchScript program; save its weights in Python:",
                "torch.jit.load(file).state_dict()");
    }

    @Test
    void otherFilesAreRefusedByTheirKind() {
        assertRefused(new byte[0], "expected a file that torch.save wrote, found an empty file");
        assertRefused(new byte[] {1}, "found neither a zip file nor a pickle; name the model's");
        assertRefused(new byte[] {(byte) 0x80, 1, '.'}, "found neither a zip file nor a pickle");
        byte[] tar = new byte[1024];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        assertRefused(tar, "found a tar file", "open it with torch.load in Python");
    }

    @Test
    void aFolderAndAnAbsentFileAreRefused() {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> PyTorchFile.open(folder))
                .withMessageContaining("found a folder; name the file inside it");
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> PyTorchFile.open(folder.resolve("none")))
                .withMessageContaining("found no such file");
    }

    @Test
    void noFileStaysOpen() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.exists(descriptors)) {
            Assumptions.abort("this system does not tell which files are open");
        }
        Path cut = folder.resolve("cut.pt");
        Files.write(cut, Arrays.copyOf(Fixtures.bytes("deflated"), 700));
        Path hostile = Files.write(folder.resolve("hostile.pt"), TestPickle.begin().inZip());
        try (WeightFile open = PyTorchFile.open(Fixtures.path("deflated"))) {
            open.requireUnchanged();
            assertThat(openFiles(descriptors)).contains(open.path().toRealPath());
        }
        for (Path path : List.of(cut, hostile)) {
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> PyTorchFile.open(path));
            assertThat(openFiles(descriptors)).doesNotContain(path.toRealPath());
        }
        assertThat(openFiles(descriptors)).doesNotContain(Fixtures.path("deflated").toRealPath());
    }

    private static List<Path> openFiles(Path descriptors) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(descriptors)) {
            for (Path entry : entries) {
                try {
                    files.add(Files.readSymbolicLink(entry));
                } catch (NoSuchFileException closedSince) {
                    // The descriptor of the stream itself, or of another thread.
                }
            }
        }
        return files;
    }

    @Test
    void anotherModelIsListedAndHasNoTables() throws IOException {
        if (!Files.exists(OTHER_MODEL)) {
            Assumptions.abort("no file of another model at " + OTHER_MODEL);
        }
        try (WeightFile file = PyTorchFile.open(OTHER_MODEL)) {
            assertThat(file.tensors()).isNotEmpty();
            assertThat(file.tensors().get(0).name())
                    .isEqualTo("transformer.word_embeddings.weight");
            for (TensorEntry tensor : file.tensors()) {
                assertThat(raw(file, tensor.name())).hasSize((int) tensor.byteSize());
            }
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> Gpt2Table.WTE.requireIn(file))
                    .withMessageContaining("\"transformer.word_embeddings.weight\"");
        }
    }

    @Test
    void pyTorchsFilesAreRecognisedByTheirFirstBytes() {
        assertThat(PyTorchFile.isPyTorch(new byte[] {'P', 'K', 3, 4})).isTrue();
        assertThat(PyTorchFile.isPyTorch(new byte[] {(byte) 0x80, 2})).isTrue();
        assertThat(PyTorchFile.isPyTorch(new byte[] {(byte) 0x80, 5})).isTrue();
        assertThat(PyTorchFile.isPyTorch(new byte[] {(byte) 0x80, 6})).isFalse();
        assertThat(PyTorchFile.isPyTorch(new byte[] {(byte) 0x80})).isFalse();
        assertThat(PyTorchFile.isPyTorch(new byte[] {'P', 'K', 5, 6})).isFalse();
        assertThat(PyTorchFile.isPyTorch(new byte[0])).isFalse();
        assertThat(PyTorchFile.isPyTorch(new TestZip().add("wte.npy", new byte[4]).bytes()))
                .isFalse();
    }

    private WeightFile open(byte[] bytes) throws IOException {
        return PyTorchFile.open(Files.write(folder.resolve("model.pt"), bytes));
    }

    private void assertRefused(byte[] bytes, String... words) {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> open(bytes))
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(words));
    }

    private static List<String> names(WeightFile file) {
        return file.tensors().stream().map(TensorEntry::name).toList();
    }

    private static float[] floats(WeightFile file, String name) throws WeightFileException {
        TensorEntry entry = file.require(name);
        float[] values = new float[(int) entry.elementCount()];
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES);
        file.readFloats(entry, buffer);
        buffer.flip().order(ByteOrder.nativeOrder()).asFloatBuffer().get(values);
        return values;
    }

    private static byte[] raw(WeightFile file, String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        file.transferTo(file.require(name), Channels.newChannel(bytes));
        return bytes.toByteArray();
    }
}
