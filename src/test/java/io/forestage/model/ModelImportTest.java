package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelImportTest {

    @TempDir Path temporary;

    @Test
    void aFolderBecomesASlimOneWithTheSameVectors() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"), ElementType.F32, "transformer.");
        Path target = temporary.resolve("models/slim");

        ImportReport report = new ModelImport(source, target).run(ImportOptions.defaults());

        assertThat(report.loaded())
                .extracting(TensorEntry::name)
                .containsExactly("transformer.wte.weight", "transformer.wpe.weight");
        assertThat(report.unused())
                .extracting(TensorEntry::name)
                .containsExactly("transformer.h.0.unused");
        assertThat(report.missing()).isEmpty();
        assertThat(names(target))
                .containsExactly(
                        "config.json",
                        "model.safetensors",
                        "provenance.json",
                        "serving.properties");
        assertThat(target.resolve("config.json"))
                .hasSameBinaryContentAs(source.resolve("config.json"));
        try (WeightFile file = SafetensorsFile.open(target.resolve("model.safetensors"))) {
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

        new ModelImport(source, target).run(ImportOptions.defaults());

        try (WeightFile file = SafetensorsFile.open(target.resolve("model.safetensors"))) {
            assertThat(file.require("wte.weight").type()).isEqualTo(ElementType.BF16);
        }
        assertThat(vectors(target)).isEqualTo(vectors(source));
    }

    @Test
    void aLoneFileGetsAConfigFromItsShapes() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path target = temporary.resolve("slim");

        new ModelImport(source.resolve("model.safetensors"), target).run(ImportOptions.defaults());

        ModelConfig config = ModelConfig.read(target);
        assertThat(config.vocabSize()).isEqualTo(TinyModel.VOCABULARY);
        assertThat(config.nPositions()).isEqualTo(TinyModel.POSITIONS);
        assertThat(config.nEmbd()).isEqualTo(TinyModel.WIDTH);
        assertThat(vectors(target)).isEqualTo(vectors(source));
    }

    @Test
    void aLoneFileTakesWhatLiesBesideItAlong() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        TinyModel.config(source, ", \"embd_pdrop\": 0.25");
        Files.writeString(source.resolve("vocab.json"), "{\"\u0120\": 0}");
        Files.writeString(source.resolve("merges.txt"), "#version: of this model");
        Path target = temporary.resolve("slim");

        new ModelImport(source.resolve("model.safetensors"), target).run(ImportOptions.defaults());

        assertThat(ModelConfig.read(target).embdPdrop()).isEqualTo(0.25);
        assertThat(target.resolve("merges.txt")).hasContent("#version: of this model");
    }

    @Test
    void aLoneFileLeavesTheConfigurationOfAnotherModel() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Files.writeString(source.resolve("config.json"), "{\"vocab_size\": 7}");
        Path target = temporary.resolve("slim");

        new ModelImport(source.resolve("model.safetensors"), target).run(ImportOptions.defaults());

        assertThat(ModelConfig.read(target).vocabSize()).isEqualTo(TinyModel.VOCABULARY);
        assertThat(names(target))
                .containsExactly(
                        "config.json",
                        "model.safetensors",
                        "provenance.json",
                        "serving.properties");
    }

    @Test
    void aLoneFileTakesTheVocabularyBesideItWhateverTheConfigurationIs() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Files.writeString(source.resolve("config.json"), "{\"vocab_size\": 7}");
        Files.writeString(source.resolve("vocab.json"), "{\"\u0120\": 0}");
        Files.writeString(source.resolve("merges.txt"), "#version: 0.2\n");
        Path target = temporary.resolve("slim");

        new ModelImport(source.resolve("model.safetensors"), target).run(ImportOptions.defaults());

        assertThat(names(target)).contains("vocab.json", "merges.txt");
    }

    @Test
    void theTokenizersFilesComeAlong() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Files.writeString(source.resolve("vocab.json"), "{\"\u0120\": 0}");
        Files.writeString(source.resolve("merges.txt"), "#version: 0.2\n");
        Files.writeString(source.resolve("pytorch_model.bin"), "not wanted");
        Path target = temporary.resolve("slim");

        new ModelImport(source, target).run(ImportOptions.defaults());

        assertThat(names(target))
                .containsExactly(
                        "config.json",
                        "merges.txt",
                        "model.safetensors",
                        "provenance.json",
                        "serving.properties",
                        "vocab.json");
        assertThat(target.resolve("vocab.json")).hasContent("{\"\u0120\": 0}");
    }

    @Test
    void aTokenizerThatCannotBeLoadedIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Files.writeString(source.resolve("tokenizer.json"), "[".repeat(100_000));

        assertThatThrownBy(
                        () ->
                                new ModelImport(source, temporary.resolve("slim"))
                                        .run(ImportOptions.defaults()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tokenizer.json");
        assertThat(names(temporary)).containsExactly("source");
    }

    @Test
    void whatOpenAisConfigurationSaysOfTheWholeModelIsKept() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        ModelConfig config = ModelConfig.read(source);
        Files.delete(source.resolve("config.json"));
        Files.writeString(
                source.resolve("hparams.json"),
                "{\"n_vocab\": %d, \"n_ctx\": %d, \"n_embd\": %d, \"n_head\": 5, \"n_layer\": 7}"
                        .formatted(config.vocabSize(), config.nPositions(), config.nEmbd()));
        Path target = temporary.resolve("slim");

        new ModelImport(source, target).run(ImportOptions.defaults());

        assertThat(target.resolve("config.json"))
                .content()
                .contains("\"n_head\": 5", "\"n_layer\": 7");
        assertThat(vectors(target)).isEqualTo(vectors(source));
    }

    @Test
    void aLoneFilesModelHasHeadsThatDivideItsWidth() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        long width = ModelConfig.read(source).nEmbd();
        Files.delete(source.resolve("config.json"));
        Path target = temporary.resolve("slim");

        new ModelImport(source.resolve("model.safetensors"), target).run(ImportOptions.defaults());

        assertThat(width % 64).isNotZero();
        assertThat(target.resolve("config.json")).content().contains("\"n_head\": 1");
    }

    @Test
    void aModelThatIsThereIsReplacedOnlyByForce() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path target = TinyModel.write(temporary.resolve("slim"), ElementType.F64, "");
        Files.writeString(target.resolve("vocab.json"), "of the old model");
        Files.writeString(target.resolve("notes.txt"), "the user's own");
        byte[] before = Files.readAllBytes(target.resolve("model.safetensors"));

        assertThatThrownBy(() -> new ModelImport(source, target).run(ImportOptions.defaults()))
                .isInstanceOf(ModelFolderException.class)
                .hasMessageContaining("--force");
        assertThat(target.resolve("model.safetensors")).hasBinaryContent(before);

        new ModelImport(source, target).run(ImportOptions.defaults().withForce());

        assertThat(names(target))
                .containsExactly(
                        "config.json",
                        "model.safetensors",
                        "notes.txt",
                        "provenance.json",
                        "serving.properties");
        assertThat(vectors(target)).isEqualTo(vectors(source));
        assertThat(names(temporary)).containsExactly("slim", "source");
    }

    @Test
    void theSourceItselfIsNeverReplaced() throws IOException {
        Path folder = TinyModel.write(temporary.resolve("model"));
        byte[] before = Files.readAllBytes(folder.resolve("model.safetensors"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);

        for (Path source : List.of(folder, folder.resolve("model.safetensors"))) {
            for (Path target : List.of(folder, link)) {
                assertThatThrownBy(
                                () ->
                                        new ModelImport(source, target)
                                                .run(ImportOptions.defaults().withForce()))
                        .isInstanceOf(ModelFolderException.class)
                        .hasMessageContaining("expected another folder than the source's");
            }
        }
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(before);
    }

    @Test
    void aLinkedTargetIsReplacedWhereItLeads() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path target = TinyModel.write(temporary.resolve("slim"), ElementType.F64, "");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), target);

        new ModelImport(source, link).run(ImportOptions.defaults().withForce());

        assertThat(link).isSymbolicLink();
        assertThat(vectors(target)).isEqualTo(vectors(source));
        assertThat(names(temporary)).containsExactly("link", "slim", "source");
    }

    @Test
    void aLinkThatLeadsNowhereIsRefused() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), Path.of("gone"));

        assertThatThrownBy(
                        () ->
                                new ModelImport(source, link)
                                        .run(ImportOptions.defaults().withForce()))
                .isInstanceOf(ModelFolderException.class)
                .hasMessageContaining("a broken symbolic link");
        assertThat(names(temporary)).containsExactly("link", "source");
    }

    @Test
    void theNewFolderIsAsOpenAsAnyOther() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path target = temporary.resolve("slim");

        new ModelImport(source, target).run(ImportOptions.defaults());

        assertThat(Files.getPosixFilePermissions(target))
                .isEqualTo(Files.getPosixFilePermissions(source));
    }

    @Test
    void aFolderWithSomebodyElsesConfigIsNeverReplaced() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path target = Files.createDirectories(temporary.resolve("app"));
        Files.writeString(target.resolve("config.json"), "{\"my\": \"settings\"}");

        assertThatThrownBy(
                        () ->
                                new ModelImport(source, target)
                                        .run(ImportOptions.defaults().withForce()))
                .hasMessageContaining("without a model's config.json");
        assertThat(target.resolve("config.json")).hasContent("{\"my\": \"settings\"}");
    }

    @Test
    void onlyOneOfSeveralImportsIntoANewPlaceSucceeds() throws Exception {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path target = temporary.resolve("slim");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<ImportReport>> imports =
                    Collections.nCopies(
                            4, () -> new ModelImport(source, target).run(ImportOptions.defaults()));
            long succeeded = 0;
            for (Future<ImportReport> result : threads.invokeAll(imports)) {
                try {
                    assertThat(result.get().target()).isEqualTo(target);
                    succeeded++;
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(ModelFolderException.class);
                }
            }
            assertThat(succeeded).isOne();
        } finally {
            threads.shutdownNow();
        }
        assertThat(names(temporary)).containsExactly("slim", "source");
    }

    @Test
    void aTableOfNoRowsIsRefused() throws IOException {
        Path file = temporary.resolve("empty.safetensors");
        SafetensorsWriter.write(
                file,
                Map.of(),
                List.of(
                        empty("wte.weight", List.of(0L, 3L)),
                        empty("wpe.weight", List.of(4L, 0L))));

        assertThatThrownBy(
                        () ->
                                new ModelImport(file, temporary.resolve("t"))
                                        .run(ImportOptions.defaults()))
                .hasMessageContaining("a table of at least one row and one column");
    }

    @Test
    void aFolderThatIsNoModelIsNeverReplaced() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path target = Files.createDirectories(temporary.resolve("home"));
        Files.writeString(target.resolve("letter.txt"), "dear");

        assertThatThrownBy(
                        () ->
                                new ModelImport(source, target)
                                        .run(ImportOptions.defaults().withForce()))
                .isInstanceOf(ModelFolderException.class)
                .hasMessageContaining("folder without a model's config.json");
        assertThat(names(target)).containsExactly("letter.txt");
    }

    @Test
    void aSourceOutOfOrderLeavesNothingBehind() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Files.writeString(
                source.resolve("config.json"),
                "{\"vocab_size\": 50257, \"n_positions\": 7, \"n_embd\": 3}");
        Path target = temporary.resolve("slim");

        assertThatThrownBy(() -> new ModelImport(source, target).run(ImportOptions.defaults()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("set n_positions to 32");
        assertThat(names(temporary)).containsExactly("source");
    }

    @Test
    void aTargetBelowAFileIsRefused() throws IOException {
        Path source = TinyModel.write(temporary.resolve("source"));
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(
                        () ->
                                new ModelImport(source, file.resolve("slim"))
                                        .run(ImportOptions.defaults()))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(
                        () ->
                                new ModelImport(source, file)
                                        .run(ImportOptions.defaults().withForce()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("found a file");
    }

    @Test
    void aSourceWithoutWeightsIsRefused() {
        assertThatThrownBy(
                        () ->
                                new ModelImport(temporary, temporary.resolve("t"))
                                        .run(ImportOptions.defaults()))
                .hasMessageContaining("expected GPT-2's weights in the folder");
        assertThatThrownBy(
                        () ->
                                new ModelImport(temporary.resolve("no"), temporary.resolve("t"))
                                        .run(ImportOptions.defaults()))
                .hasMessageContaining("found no such file");
    }

    private static TensorSource empty(String name, List<Long> shape) {
        return new TensorSource(name, ElementType.F32, shape, channel -> {});
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
