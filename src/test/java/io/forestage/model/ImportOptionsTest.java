package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import io.forestage.weights.StoredType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImportOptionsTest {

    private static final int PADDED = 50304;

    @TempDir Path temporary;

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"F32", "F64", "BF16"})
    void anyTypeBecomesFloat32(ElementType type) throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"), type, "");
        TinyModel.config(source, ", \"torch_dtype\": \"bfloat16\", \"n_layer\": 12");

        ImportReport report = convert(source, StoredType.FLOAT32);

        try (WeightFile file = open()) {
            assertThat(file.require("wte.weight").type()).isEqualTo(ElementType.F32);
        }
        assertThat(slim().resolve("config.json"))
                .content()
                .contains("\"torch_dtype\": \"float32\"", "\"n_layer\": 12");
        assertThat(vectors(slim())).isEqualTo(vectors(source));
        assertThat(report.sha256())
                .isEqualTo(ModelVerification.of(source).found())
                .isEqualTo(ModelVerification.of(slim()).recorded());
    }

    @Test
    void float16IsTheNearestAndItsChecksumThatOfWhatWasWritten() throws IOException {
        Path source = floats(1f, 0.1f, -65504f, 1e-7f);

        ImportReport report = convert(source, StoredType.FLOAT16);

        try (WeightFile file = open()) {
            ByteBuffer read = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
            file.readFloats(file.require("wte.weight"), read);
            assertThat(read.flip().asFloatBuffer())
                    .isEqualTo(floatBuffer(1f, 0x1.998p-4f, -65504f, 0x1p-23f));
        }
        assertThat(ModelVerification.of(slim()).found()).isEqualTo(report.sha256());
        assertThat(report.sha256()).isNotEqualTo(ModelVerification.of(source).found());
    }

    @Test
    void aValueBeyondFloat16IsRefused() throws IOException {
        Path source = floats(1f, 0f, 65520f, 0f);

        assertThatThrownBy(() -> convert(source, StoredType.FLOAT16))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("\"wte.weight\" in " + source)
                .hasMessageContaining("found 65520.0 as element 2");
        assertThat(slim()).doesNotExist();
    }

    @Test
    void theChecksumIsThatOfTheFloatsAsTheyLieInMemory() throws Exception {
        Path source = floats(1f, 2f, 3f, 4f);
        byte[] bytes = new byte[16];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(new float[] {1, 2, 3, 4});
        String expected =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));

        assertThat(convert(source, StoredType.KEEP).sha256())
                .containsEntry("wte.weight", expected)
                .containsOnlyKeys("wte.weight", "wpe.weight");
    }

    @Test
    void aChangedTableIsFoundOut() throws IOException {
        convert(floats(1f, 2f, 3f, 4f), StoredType.KEEP);
        assertThat(ModelVerification.of(slim()).differing()).isEmpty();
        Path file = slim().resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        assertThat(ModelVerification.of(slim()).differing()).containsExactly("wpe.weight");
    }

    @Test
    void paddedRowsAreCutOnlyWhenAsked() throws IOException {
        Path source = padded();

        assertThatThrownBy(() -> new ModelImport(source, slim()).run(ImportOptions.defaults()))
                .hasMessageContaining("expected [50257, 1], found [50304, 1]")
                .hasMessageContaining(
                        "set vocab_size to 50304 in config.json, which keeps every row");

        ImportReport report =
                new ModelImport(source, slim()).run(ImportOptions.defaults().withPaddingCut());

        assertThat(report.cutRows()).isEqualTo(47);
        try (WeightFile file = open()) {
            assertThat(file.require("wte.weight").shape()).containsExactly(50257L, 1L);
        }
        try (InputStage stage = InputStage.load(slim());
                Embeddings result = stage.embed("Hello world")) {
            assertThat(result.embeddings().toFloatArray()).containsExactly(15496, 995);
        }
    }

    @Test
    void aConfigThatCountsThePaddingIsCutToo() throws IOException {
        Path source = padded();
        Files.writeString(
                source.resolve("config.json"),
                "{\"vocab_size\": 50304, \"n_positions\": 2, \"n_embd\": 1}");

        assertThatThrownBy(() -> InputStage.load(source))
                .hasMessageContaining(
                        "the model's own tokenizer for its vocabulary of 50304 tokens");
        new ModelImport(source, slim()).run(ImportOptions.defaults().withPaddingCut());

        assertThat(ModelConfig.read(slim()).vocabSize()).isEqualTo(50257);
    }

    @ParameterizedTest
    @ValueSource(strings = {"torch_dtype", "dtype"})
    void theConfigNamesTheNewType(String key) throws IOException {
        Path source = floats(1f, 2f, 3f, 4f);
        Files.writeString(
                source.resolveSibling("config.json"),
                "{\"vocab_size\": 2, \"n_positions\": 1, \"n_embd\": 2, \"%s\": \"float32\"}"
                        .formatted(key));

        new ModelImport(source, slim())
                .run(ImportOptions.defaults().withStoredType(StoredType.FLOAT16));

        assertThat(slim().resolve("config.json"))
                .content()
                .contains("\"" + key + "\": \"float16\"");
    }

    @Test
    void aTableSmallerThanTheVocabularyCannotBeCut() throws IOException {
        Path source = floats(1f, 2f, 3f, 4f);

        assertThatThrownBy(
                        () ->
                                new ModelImport(source, slim())
                                        .run(ImportOptions.defaults().withPaddingCut()))
                .hasMessageContaining("expected a table of at least the vocabulary's 50257 rows");
    }

    @Test
    void djlsOwnReaderReadsWhatImportWrote() throws IOException {
        convert(TinyModel.write(temporary.resolve("source")), StoredType.KEEP);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                InputStream in = Files.newInputStream(slim().resolve("model.safetensors"))) {
            NDList tensors = NDList.decode(manager, in);
            NDArray wpe = tensors.get("wpe.weight");
            assertThat(wpe.getFloat(5, 2)).isEqualTo(TinyModel.wpe(5, 2));
            assertThat(tensors.get("wte.weight").getFloat(50256, 1))
                    .isEqualTo(TinyModel.wte(50256, 1));
        }
    }

    private ImportReport convert(Path source, StoredType type) throws IOException {
        return new ModelImport(source, slim()).run(ImportOptions.defaults().withStoredType(type));
    }

    private Path slim() {
        return temporary.resolve("slim");
    }

    private WeightFile open() throws WeightFileException {
        return SafetensorsFile.open(slim().resolve("model.safetensors"));
    }

    /** A lone file with four values as wte (2, 2), and zeros as wpe. */
    private Path floats(float... wte) throws IOException {
        Path file = temporary.resolve("lone.safetensors");
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(wte);
        SafetensorsWriter.write(
                file,
                Map.of(),
                List.of(
                        TensorSource.ofFloats("wte.weight", List.of(2L, 2L), bytes),
                        TensorSource.ofFloats(
                                "wpe.weight", List.of(1L, 2L), ByteBuffer.allocate(8))));
        return file;
    }

    private Path padded() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("padded"));
        Files.writeString(
                folder.resolve("config.json"),
                "{\"vocab_size\": 50257, \"n_positions\": 2, \"n_embd\": 1}");
        ByteBuffer bytes = ByteBuffer.allocate(4 * PADDED).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < PADDED; row++) {
            bytes.putFloat(row);
        }
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"),
                Map.of(),
                List.of(
                        TensorSource.ofFloats(
                                "wte.weight", List.of((long) PADDED, 1L), bytes.flip()),
                        TensorSource.ofFloats(
                                "wpe.weight", List.of(2L, 1L), ByteBuffer.allocate(8))));
        return folder;
    }

    private static FloatBuffer floatBuffer(float... values) {
        return FloatBuffer.wrap(values);
    }

    private static float[] vectors(Path folder) throws IOException {
        try (InputStage stage = InputStage.load(folder);
                Embeddings result = stage.embed("Hello, I'm a language model,")) {
            return result.embeddings().toFloatArray();
        }
    }
}
