package io.forestage.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.weights.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables under the names of known models, and under names that are given. */
class TableNamesTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "tok_emb.weight, pos_emb.weight",
        "model_state_dict.tok_emb.weight, model_state_dict.pos_emb",
        "model.language_model.embedding.word_embeddings.weight,"
                + " model.language_model.embedding.position_embeddings.weight",
        "tokens_embed.weight, positions_embed.weight",
        "token_embedding_table.weight, position_embedding_table.weight",
        "base_model.model.transformer.wte.modules_to_save.default.weight,"
                + " base_model.model.transformer.wpe.weight"
    })
    void knownFamiliesAreFound(String wte, String wpe) throws WeightFileException {
        try (WeightFile file = open(tensor(wte, "[2,2]", 0) + "," + tensor(wpe, "[2,2]", 16))) {
            assertThat(Gpt2Table.WTE.requireIn(file).name()).isEqualTo(wte);
            assertThat(Gpt2Table.WPE.requireIn(file).name()).isEqualTo(wpe);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bert.embeddings.word_embeddings.weight",
        "embedding.word_embeddings.weight.scale",
        "transformer.wte.original_module.weight",
        "transformer.wte.modules_to_save.default.bias",
        "model.embed_tokens.weight"
    })
    void aSimilarNameIsNoTable(String name) {
        assertThat(Gpt2Table.WTE.isNamed(name)).isFalse();
    }

    @Test
    void gpt2sOwnNamesComeFirst() throws WeightFileException {
        try (WeightFile file =
                open(
                        tensor("tok_emb.weight", "[2,2]", 0)
                                + ","
                                + tensor("wte.weight", "[2,2]", 16))) {
            assertThat(Gpt2Table.WTE.requireIn(file).name()).isEqualTo("wte.weight");
        }
    }

    /** minGPT's positions have a first dimension for the batch. */
    @Test
    void aFirstDimensionOfOneIsNone() throws WeightFileException {
        try (WeightFile file =
                open(
                        tensor("pos_emb", "[1,2,2]", 0)
                                + ","
                                + tensor("tok_emb.weight", "[2,2,1]", 16))) {
            assertThat(Gpt2Table.WPE.requireIn(file).shape()).containsExactly(1L, 2L, 2L);
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> Gpt2Table.WTE.requireIn(file))
                    .withMessageContaining("expected two dimensions");
        }
    }

    @Test
    void givenNamesDecideBetweenTwoModels() throws WeightFileException {
        try (WeightFile file =
                open(
                        tensor("model.wte.weight", "[2,2]", 0)
                                + ","
                                + tensor("model_ema.wte.weight", "[2,2]", 16))) {
            TableNames ema = new TableNames("model_ema.wte.weight", null);
            assertThat(ema.require(Gpt2Table.WTE, file).name()).isEqualTo("model_ema.wte.weight");
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> TableNames.known().require(Gpt2Table.WTE, file))
                    .withMessageContaining("name the one to use: --wte \"model.wte.weight\"");
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> new TableNames("gone", null).require(Gpt2Table.WTE, file))
                    .withMessageContaining("expected \"gone\"")
                    .withMessageContaining("name a tensor that 'inspect' shows");
        }
    }

    @Test
    void aTiedHeadIsTheTableOnlyIfTheFileSaysSo() throws WeightFileException {
        String head = tensor("lm_head.weight", "[2,2]", 0) + "," + tensor("b", "[2,2]", 16);
        String says = "\"__metadata__\":{\"transformer.wte.weight\":\"lm_head.weight\"},";
        try (WeightFile file = open(says + head)) {
            assertThat(Gpt2Table.WTE.requireIn(file).name()).isEqualTo("lm_head.weight");
        }
        try (WeightFile file = open(head)) {
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> Gpt2Table.WTE.requireIn(file))
                    .withMessageContaining("name it: --wte \"lm_head.weight\"");
        }
    }

    @Test
    void anIndexLeadsToTheShardsOfGivenNames() {
        Map<String, String> shards = new LinkedHashMap<>();
        shards.put("a.embed", "1.safetensors");
        shards.put("b.embed", "2.safetensors");
        shards.put("lm_head.weight", "3.safetensors");
        ShardIndex index = new ShardIndex(folder.resolve("index.json"), shards);

        assertThat(index.shardsWithTables(new TableNames("a.embed", "b.embed")))
                .isEqualTo(Set.of("1.safetensors", "2.safetensors"));
        assertThat(index.shardsWithTables()).isEqualTo(Set.of("3.safetensors"));
    }

    private WeightFile open(String tensors) throws WeightFileException {
        byte[] bytes = TestFiles.safetensors("{" + tensors + "}", 32);
        return SafetensorsFile.open(TestFiles.write(folder, bytes));
    }

    private static String tensor(String name, String shape, int start) {
        return "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, shape, start, start + 16);
    }
}
