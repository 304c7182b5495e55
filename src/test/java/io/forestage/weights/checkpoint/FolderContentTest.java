package io.forestage.weights.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.weights.ElementType;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorSource;
import io.forestage.weights.numpy.NpzWriter;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders without one file of weights: what lies there, and which file is taken. */
class FolderContentTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "tf_model.h5, from_tf=True",
        "flax_model.msgpack, from_flax=True",
        "model.onnx, model.safetensors of the same model",
        "model.weights.h5, model.safetensors of the same model"
    })
    void aFileThatIsNotReadIsNamed(String name, String remedy) throws IOException {
        touch(name);

        assertContent("only \"" + name + "\"", remedy);
    }

    @Test
    void theHubsCacheNamesItsSnapshot() throws IOException {
        touch("refs/main");
        touch("snapshots/607a30d7/config.json");

        assertContent("the hub's cache of a model", "name one of them: snapshots/607a30d7");
    }

    @Test
    void theWholeCacheNamesItsModels() throws IOException {
        touch("models--gpt2/refs/main");

        assertContent("\"models--gpt2\"", "models--gpt2/snapshots/REVISION");
    }

    @Test
    void theFolderOfTheCacheNamesItsModels() throws IOException {
        touch("hub/models--gpt2/refs/main");

        assertContent("\"models--gpt2\"", "hub/models--gpt2/snapshots/REVISION");
    }

    @Test
    void aFolderOfWeightsInsideIsNamed() throws IOException {
        touch("global_step500/mp_rank_00_model_states.pt");

        assertContent("\"global_step500\"", "name one of them");
    }

    @Test
    void aTrainersFolderNamesItsLastCheckpoint() throws IOException {
        touch("checkpoint-500/config.json");
        touch("checkpoint-1000/config.json");

        assertContent(
                "\"checkpoint-500\", \"checkpoint-1000\"",
                "name one of them, such as \"checkpoint-1000\"");
    }

    @Test
    void severalCheckpointsAreNamed() throws IOException {
        touch("model-100.index");
        touch("model-200.index");

        assertContent("\"model-100.index\", \"model-200.index\"", "name the file to use");
    }

    @Test
    void randomVectorsAreNeverTheAdvice() throws IOException {
        assertContent("an empty folder", "config.json and model.safetensors");
        assertThat(FolderContent.of(folder).remedy()).doesNotContain("random");
    }

    /** The files are recognised by their bytes: NumPy's are the shortest to write here. */
    @ParameterizedTest
    @ValueSource(strings = {"a.pt", "z.pkl", "epoch=3.ckpt"})
    void theOnlyFileWithTheTablesIsTaken(String name) throws IOException {
        NpzWriter.write(folder.resolve("optimizer.pt"), List.of(tensor("step")));
        NpzWriter.write(folder.resolve(name), List.of(tensor("wte"), tensor("wpe")));

        try (Checkpoint found = Checkpoint.open(folder)) {
            assertThat(found.files())
                    .singleElement()
                    .extracting(file -> file.path())
                    .isEqualTo(folder.resolve(name));
        }
    }

    @Test
    void aModelWithoutPositionsIsTakenFromAmongOthers() throws IOException {
        NpzWriter.write(folder.resolve("optimizer.pt"), List.of(tensor("step")));
        NpzWriter.write(folder.resolve("model.pt"), List.of(tensor("wte")));

        try (Checkpoint found = Checkpoint.open(folder)) {
            assertThat(found.find(Gpt2Table.WTE)).isPresent();
        }
    }

    @Test
    void anAdapterBesideTheModelIsPassedOver() throws IOException {
        SafetensorsWriter.write(
                folder.resolve("adapter_model.safetensors"), Map.of(), List.of(tensor("lora")));
        NpzWriter.write(folder.resolve("model.pt"), List.of(tensor("wte"), tensor("wpe")));

        try (Checkpoint found = Checkpoint.open(folder)) {
            assertThat(found.find(Gpt2Table.WTE)).isPresent();
        }
    }

    @Test
    void twoFilesWithTheTablesAreNamed() throws IOException {
        for (String name : List.of("a.pt", "b.pt")) {
            NpzWriter.write(folder.resolve(name), List.of(tensor("wte"), tensor("wpe")));
        }

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageContaining("\"a.pt\" and \"b.pt\"; name the file to use");
    }

    private void assertContent(String found, String remedy) throws IOException {
        FolderContent content = FolderContent.of(folder);
        assertThat(content.found()).contains(found);
        assertThat(content.remedy()).contains(remedy);
    }

    private void touch(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
    }

    private static TensorSource tensor(String name) {
        return TensorSource.ofFloats(
                name, List.of(1L, 1L), ByteBuffer.allocate(ElementType.F32.bytes()));
    }
}
