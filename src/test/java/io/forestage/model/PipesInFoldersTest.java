package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.forestage.testing.Pipes;
import io.forestage.testing.TinyModel;
import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pipe in place of a model's file is refused: reading it would wait for ever. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PipesInFoldersTest {

    @TempDir Path temporary;

    private Path model;

    @BeforeEach
    void writeModel() throws IOException {
        model = TinyModel.write(temporary.resolve("model"), ElementType.F32, "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "model.safetensors",
                "tokenizer.json",
                "vocab.json",
                "encoder.json",
            })
    void aModelWithOneIsNeitherLoadedNorImported(String name) throws Exception {
        replace(name);
        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(name)
                .hasMessageMatching("(?s).*(pipe|device).*");
        assertThatThrownBy(this::importIt)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(name)
                .hasMessageMatching("(?s).*(pipe|device).*");
        assertThat(temporary.toFile().list()).containsExactly("model");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.safetensors.index.json",
                "pytorch_model.bin",
                "pytorch_model.bin.index.json",
                "model.ckpt.index",
                "wte.npy",
                "tables.npz",
                "model.pt",
                "hparams.json",
            })
    void weightsOfAnyOtherFormatAreRefused(String name) throws Exception {
        Files.delete(model.resolve("model.safetensors"));
        if (name.equals("hparams.json")) {
            Files.delete(model.resolve("config.json"));
        }
        replace(name);
        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(name)
                .hasMessageMatching("(?s).*(pipe|device).*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"provenance.json", "model.safetensors"})
    void aModelWithOneIsNotVerified(String name) throws Exception {
        replace(name);
        assertThatThrownBy(() -> ModelVerification.of(model))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(name)
                .hasMessageMatching("(?s).*(pipe|device).*");
    }

    @Test
    void mergesAreRefused() throws Exception {
        Files.writeString(model.resolve("vocab.json"), "{}");
        replace("merges.txt");
        assertThatThrownBy(this::load).isInstanceOf(IOException.class);
        assertThatThrownBy(this::importIt).isInstanceOf(IOException.class);
    }

    @Test
    void serversPropertiesAreRefused() throws Exception {
        replace("serving.properties");
        assertThatThrownBy(() -> ServingProperties.find(model))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("serving.properties: expected a file");
        assertThatThrownBy(
                        () ->
                                ServingProperties.write(
                                        model, ServingProperties.Classes.ON_CLASS_PATH, true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("serving.properties: expected a file");
    }

    private void replace(String name) throws Exception {
        Files.deleteIfExists(model.resolve(name));
        Pipes.make(model.resolve(name));
    }

    private void load() throws IOException {
        ModelFolder folder = ModelFolder.open(model);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                TextTokenizer tokenizer = folder.loadTokenizer()) {
            assertThat(tokenizer).isNotNull();
            folder.loadBlock(manager, LoadOptions.frozen());
        }
    }

    private void importIt() throws IOException {
        new ModelImport(model, temporary.resolve("imported")).run(ImportOptions.defaults());
    }
}
