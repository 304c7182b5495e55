package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import io.forestage.weights.SafetensorsFile;
import io.forestage.weights.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelImportTest {

    @TempDir Path temporary;

    @Test
    void aFolderBecomesASlimOneWithTheSameVectors() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"), ElementType.F32, "transformer.");
        Path target = temporary.resolve("models/slim");

        ImportReport report = new ModelImport(source, target).run(false);

        assertThat(report.loaded())
                .extracting(TensorEntry::name)
                .containsExactly("transformer.wte.weight", "transformer.wpe.weight");
        assertThat(report.unused())
                .extracting(TensorEntry::name)
                .containsExactly("transformer.h.0.unused");
        assertThat(report.missing()).isEmpty();
        assertThat(names(target)).containsExactly("config.json", "model.safetensors");
        assertThat(target.resolve("config.json"))
                .hasSameBinaryContentAs(source.resolve("config.json"));
        try (SafetensorsFile file = SafetensorsFile.open(target.resolve("model.safetensors"))) {
            assertThat(file.tensors())
                    .extracting(TensorEntry::name)
                    .containsExactlyInAnyOrder("wte.weight", "wpe.weight");
            assertThat(file.metadata()).containsEntry("format", "pt");
        }
        assertThat(vectors(target)).isEqualTo(vectors(source));
    }

    @Test
    void aTableKeepsItsType() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"), ElementType.BF16, "");
        Path target = temporary.resolve("slim");

        new ModelImport(source, target).run(false);

        try (SafetensorsFile file = SafetensorsFile.open(target.resolve("model.safetensors"))) {
            assertThat(file.require("wte.weight").type()).isEqualTo(ElementType.BF16);
        }
        assertThat(vectors(target)).isEqualTo(vectors(source));
    }

    @Test
    void aLoneFileGetsAConfigFromItsShapes() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path target = temporary.resolve("slim");

        new ModelImport(source.resolve("model.safetensors"), target).run(false);

        ModelConfig config = ModelConfig.read(target);
        assertThat(config.vocabSize()).isEqualTo(TinyModel.VOCABULARY);
        assertThat(config.nPositions()).isEqualTo(TinyModel.POSITIONS);
        assertThat(config.nEmbd()).isEqualTo(TinyModel.WIDTH);
        assertThat(vectors(target)).isEqualTo(vectors(source));
    }

    @Test
    void theTokenizersFilesComeAlong() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Files.writeString(source.resolve("vocab.json"), "{}");
        Files.writeString(source.resolve("merges.txt"), "");
        Files.writeString(source.resolve("pytorch_model.bin"), "not wanted");
        Path target = temporary.resolve("slim");

        new ModelImport(source, target).run(false);

        assertThat(names(target))
                .containsExactly("config.json", "merges.txt", "model.safetensors", "vocab.json");
    }

    @Test
    void aModelThatIsThereIsReplacedOnlyByForce() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path target = TinyModel.write(temporary.resolve("slim"), ElementType.F64, "");
        Files.writeString(target.resolve("vocab.json"), "of the old model");
        Files.writeString(target.resolve("notes.txt"), "the user's own");
        byte[] before = Files.readAllBytes(target.resolve("model.safetensors"));

        assertThatThrownBy(() -> new ModelImport(source, target).run(false))
                .isInstanceOf(ModelFolderException.class)
                .hasMessageContaining("--force");
        assertThat(target.resolve("model.safetensors")).hasBinaryContent(before);

        new ModelImport(source, target).run(true);

        assertThat(names(target)).containsExactly("config.json", "model.safetensors", "notes.txt");
        assertThat(vectors(target)).isEqualTo(vectors(source));
        assertThat(names(temporary)).containsExactly("slim", "source");
    }

    @Test
    void aModelMayBeSlimmedInItsOwnPlace() throws IOException {
        Path folder = TinyModel.write(temporary.resolve("model"));
        float[] before = vectors(folder);

        new ModelImport(folder, folder).run(true);

        assertThat(vectors(folder)).isEqualTo(before);
    }

    @Test
    void aFolderThatIsNoModelIsNeverReplaced() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path target = Files.createDirectories(temporary.resolve("home"));
        Files.writeString(target.resolve("letter.txt"), "dear");

        assertThatThrownBy(() -> new ModelImport(source, target).run(true))
                .isInstanceOf(ModelFolderException.class)
                .hasMessageContaining("folder without config.json");
        assertThat(names(target)).containsExactly("letter.txt");
    }

    @Test
    void aSourceOutOfOrderLeavesNothingBehind() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Files.writeString(
                source.resolve("config.json"),
                "{\"vocab_size\": 50257, \"n_positions\": 7, \"n_embd\": 3}");
        Path target = temporary.resolve("slim");

        assertThatThrownBy(() -> new ModelImport(source, target).run(false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("set n_positions to 32");
        assertThat(names(temporary)).containsExactly("source");
    }

    @Test
    void aTargetBelowAFileIsRefused() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> new ModelImport(source, file.resolve("slim")).run(false))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new ModelImport(source, file).run(true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("found a file");
    }

    @Test
    void aSourceWithoutWeightsIsRefused() {
        assertThatThrownBy(() -> new ModelImport(temporary, temporary.resolve("t")).run(false))
                .hasMessageContaining("expected a *.safetensors file in the folder, found none");
        assertThatThrownBy(
                        () ->
                                new ModelImport(temporary.resolve("no"), temporary.resolve("t"))
                                        .run(false))
                .hasMessageContaining("found nothing there");
    }

    private static float[] vectors(Path folder) throws IOException {
        try (InputStage stage = InputStage.load(folder);
                Embeddings result = stage.embed("Hello, I'm a language model,")) {
            return result.embeddings().toFloatArray();
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
