package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.gguf.GgufBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GGUF file is a whole model: its tables, and the tokenizer in its metadata. */
class GgufModelTest {

    private static final String END = "<|endoftext|>";

    @TempDir private Path folder;

    @Test
    void aTextGetsTheFilesOwnIds() throws IOException {
        Path file = Files.write(folder.resolve("model.gguf"), model("gpt2", "gpt-2").bytes());
        for (Path place : List.of(file, folder)) {
            try (TextTokenizer tokenizer = ModelFolder.open(place).loadTokenizer()) {
                assertThat(tokenizer.encode("ab a<|user|>" + END).ids())
                        .containsExactly(
                                257, 0x20, 0x61, 259, 60, 124, 101, 110, 100, 111, 102, 116, 101,
                                120, 116, 124, 62);
                assertThat(tokenizer.encode("ab" + END, SpecialTokens.RECOGNIZED).ids())
                        .containsExactly(257, 258);
            }
        }
    }

    @Test
    void importKeepsTheTokenizer() throws IOException {
        Path file = Files.write(folder.resolve("model.gguf"), model("gpt2", "gpt-2").bytes());
        Path target = folder.resolve("imported");
        new ModelImport(file, target).run(ImportOptions.defaults());
        assertThat(target.resolve("tokenizer.json")).exists();
        ModelFolder imported = ModelFolder.open(target);
        assertThat(imported.config().vocabSize()).isEqualTo(260);
        assertThat(imported.config().nPositions()).isEqualTo(4);
        assertThat(imported.config().eosTokenId()).hasValue(258);
        try (TextTokenizer tokenizer = imported.loadTokenizer()) {
            assertThat(tokenizer.encode("ab").ids()).containsExactly(257);
        }
    }

    @Test
    void aTokenizerOfAnotherKindIsRefusedByName() throws IOException {
        Path file = folder.resolve("model.gguf");
        Files.write(file, model("llama", "").bytes());
        assertThatThrownBy(() -> ModelFolder.open(file).loadTokenizer())
                .isInstanceOf(WeightFileException.class)
                .hasMessageContainingAll("tokenizer.ggml.model", "\"llama\"", "tokenizer.json");
        Files.write(file, model("gpt2", "llama-bpe").bytes());
        assertThatThrownBy(() -> ModelFolder.open(file).loadTokenizer())
                .isInstanceOf(WeightFileException.class)
                .hasMessageContainingAll("tokenizer.ggml.pre", "\"llama-bpe\"");
    }

    @Test
    void aTokenizerBesideComesFirstInAFolder() throws IOException {
        Path file = Files.write(folder.resolve("model.gguf"), model("gpt2", "llama-bpe").bytes());
        Path own = folder.resolve("own.gguf");
        Files.write(own, model("gpt2", "gpt-2").bytes());
        new ModelImport(own, folder.resolve("imported")).run(ImportOptions.defaults());
        Files.delete(own);
        Files.copy(
                folder.resolve("imported").resolve("tokenizer.json"),
                folder.resolve("tokenizer.json"));
        try (TextTokenizer tokenizer = ModelFolder.open(folder).loadTokenizer()) {
            assertThat(tokenizer.encode("ab").ids()).containsExactly(257);
        }
        assertThat(file).exists();
    }

    @Test
    void digitsAreCutOffWhereTheModelDoes() throws IOException {
        for (String rule : List.of("gpt-2", "starcoder")) {
            List<String> tokens = tokens();
            tokens.set(256, "12");
            GgufBytes file = new GgufBytes(3).text("general.architecture", "starcoder");
            Path path = folder.resolve(rule + ".gguf");
            Files.write(
                    path,
                    tables(metadata(file, "gpt2", rule, tokens, List.of("1 2", "a b"))).bytes());
            try (TextTokenizer tokenizer = ModelFolder.open(path).loadTokenizer()) {
                assertThat(tokenizer.encode("12").ids())
                        .isEqualTo(
                                rule.equals("starcoder")
                                        ? new long[] {'1', '2'}
                                        : new long[] {256});
            }
        }
    }

    /** A model whose tokens are the bytes, two merges, the end of a text and a token of its own. */
    private static GgufBytes model(String kind, String splitting) {
        return tables(metadata(GgufBytes.gpt2(), kind, splitting, tokens(), List.of("Ġ b", "a b")));
    }

    private static GgufBytes metadata(
            GgufBytes file,
            String kind,
            String splitting,
            List<String> tokens,
            List<String> merges) {
        int[] types = IntStream.range(0, tokens.size()).map(id -> 1).toArray();
        types[258] = 3;
        types[259] = 4;
        file.text("tokenizer.ggml.model", kind);
        if (!splitting.isEmpty()) {
            file.text("tokenizer.ggml.pre", splitting);
        }
        return file.uint32("tokenizer.ggml.eos_token_id", 258)
                .texts("tokenizer.ggml.tokens", tokens)
                .int32s("tokenizer.ggml.token_type", types)
                .texts("tokenizer.ggml.merges", merges);
    }

    private static GgufBytes tables(GgufBytes file) {
        float[] wte = new float[260 * 2];
        for (int i = 0; i < wte.length; i++) {
            wte[i] = i;
        }
        return file.floats("token_embd.weight", 260, 2, wte)
                .floats("position_embd.weight", 4, 2, new float[8]);
    }

    /** Each byte has the id of its value, under the character that GPT-2 writes for it. */
    private static List<String> tokens() {
        List<String> tokens = new ArrayList<>();
        int next = 256;
        for (int value = 0; value < 256; value++) {
            boolean visible =
                    (value >= '!' && value <= '~')
                            || (value >= 0xA1 && value <= 0xAC)
                            || value >= 0xAE;
            tokens.add(String.valueOf((char) (visible ? value : next++)));
        }
        tokens.addAll(List.of("Ġb", "ab", END, "<|user|>"));
        return tokens;
    }
}
