package io.forestage.weights.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

    private static final String INDEX = "model.safetensors.index.json";

    @TempDir Path folder;

    @Test
    void onlyShardsWithATableAreOpened() throws IOException {
        write("model-1.safetensors", "transformer.wte.weight", "transformer.h.0.w");
        write("model-2.safetensors", "transformer.wpe.weight");
        Files.writeString(folder.resolve("model-3.safetensors"), "no safetensors at all");
        index(
                """
                {"metadata": {"total_size": 32, "more": [[]]}, "weight_map": {
                "transformer.h.0.w": "model-1.safetensors",
                "transformer.wte.weight": "model-1.safetensors",
                "transformer.wpe.weight": "model-2.safetensors",
                "transformer.h.1.w": "model-3.safetensors"}}
                """);

        for (Path place : List.of(folder, folder.resolve(INDEX))) {
            try (Checkpoint checkpoint = Checkpoint.open(place)) {
                assertThat(checkpoint.files())
                        .extracting(file -> file.path().getFileName().toString())
                        .containsExactly("model-1.safetensors", "model-2.safetensors");
                assertThat(checkpoint.unopened()).containsExactly("transformer.h.1.w");
                LocatedTensor wpe = checkpoint.require(Gpt2Table.WPE);
                assertThat(wpe.file().path()).isEqualTo(folder.resolve("model-2.safetensors"));
                assertThat(checkpoint.allBut(List.of(checkpoint.require(Gpt2Table.WTE), wpe)))
                        .extracting(entry -> entry.name())
                        .containsExactly("transformer.h.0.w");
            }
        }
    }

    /** Real indexes have a float, null or text as total_size; nothing depends on it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"total_size\": 3.125}",
                "{\"total_size\": null}",
                "{\"total_size\": \"3\"}",
                "{\"total_size\": -1}",
                "null"
            })
    void whatAnIndexSaysOfItsSizeIsNotRead(String metadata) throws IOException {
        index("{\"metadata\": " + metadata + ", \"weight_map\": {\"wte.weight\": \"gone\"}}");

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageContaining("expected the shard \"gone\" beside it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "../model.safetensors",
                "/etc/passwd",
                "a/b.safetensors",
                "..",
                ".hidden",
                "C:x",
                "a\\\\b",
                "''"
            })
    void anIndexWithAPathOutOfItsFolderIsRefused(String shard) throws IOException {
        index("{\"weight_map\": {\"wte.weight\": \"" + shard + "\"}}");

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("\"wte.weight\" in " + folder.resolve(INDEX))
                .hasMessageContaining("expected the name of a file beside the index");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"weight_map\": {\"wte.weight\": \"a.safetensors\"}} | the shard"
                        + " \"a.safetensors\"",
                "{\"weight_map\": {\"x\": \"a.safetensors\"}} | 1 tensors, none of that name",
                "{\"weight_map\": {}} | an object of file names as weight_map",
                "{} | an object of file names as weight_map",
                "{\"weight_map\": {\"a\": 1}} | a file name",
                "{\"weight_map\": {\"a\": \"b\", \"a\": \"b\"}} | each name once",
                "[] | a JSON object",
                "{\"weight_map\": | complete JSON",
            })
    void anInvalidIndexIsRefused(String json, String expected) throws IOException {
        index(json);

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining(INDEX)
                .hasMessageContaining(expected);
    }

    @Test
    void aDeeplyNestedIndexIsRefused() throws IOException {
        index("{\"metadata\": {\"a\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}}");

        assertThatThrownBy(() -> Checkpoint.open(folder)).isInstanceOf(WeightFileException.class);
    }

    @Test
    void aFileWithBothTablesIsPreferred() throws IOException {
        write("model.safetensors", "wte.weight");
        index("{\"weight_map\": {\"wte.weight\": \"s-1.st\", \"wpe.weight\": \"s-1.st\"}}");
        write("s-1.st", "wte.weight", "wpe.weight");

        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.require(Gpt2Table.WTE).file().path())
                    .isEqualTo(folder.resolve("s-1.st"));
        }
    }

    @Test
    void aFolderWithoutWeightsIsEmpty() throws IOException {
        Files.writeString(folder.resolve("training_args.txt"), "");
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.isEmpty()).isTrue();
        }
    }

    private void index(String json) throws IOException {
        Files.writeString(folder.resolve(INDEX), json);
    }

    private void write(String name, String... tensors) throws IOException {
        SafetensorsWriter.write(
                folder.resolve(name),
                Map.of(),
                Stream.of(tensors)
                        .map(
                                tensor ->
                                        TensorSource.ofFloats(
                                                tensor, List.of(2L, 1L), ByteBuffer.allocate(8)))
                        .toList());
    }
}
