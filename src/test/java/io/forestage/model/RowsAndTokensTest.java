package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.tokens.PaddingSide;
import io.forestage.tokens.TokenBatch;
import io.forestage.weights.TableNames;
import io.forestage.weights.TensorSource;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables with more or fewer rows than the tokenizer has tokens, and with other names. */
class RowsAndTokensTest {

    private static final long TOKENS = 257;

    @TempDir Path temporary;

    private Path folder;
    private Path slim;

    @BeforeEach
    void choosePlaces() throws IOException {
        folder = Files.createDirectory(temporary.resolve("model"));
        slim = temporary.resolve("slim");
    }

    @Test
    void moreRowsThanTokensLoad() throws IOException {
        tokenizer();
        model(300, "wte.weight", "wpe.weight", "");

        assertThat(new ModelImport(folder, slim).run(ImportOptions.defaults()).notes()).isEmpty();

        for (Path place : List.of(folder, slim)) {
            try (InputStage stage = InputStage.load(place);
                    Embeddings result = stage.embed("ab", "a")) {
                assertThat(result.batch().ids()).startsWith(97, 98, 97);
                assertThat(result.embeddings().toFloatArray()).startsWith(97, 99, 97);
                assertThat(stage.batchOptions().paddingId()).isLessThan(TOKENS);
            }
        }
    }

    @Test
    void onlyATextThatNeedsAMissingRowIsRefused() throws IOException {
        tokenizer();
        model(98, "wte.weight", "wpe.weight", "");

        assertThat(new ModelImport(folder, slim).run(ImportOptions.defaults()).notes())
                .containsExactly(
                        "159 of the tokenizer's 257 tokens have no row in wte; a text with one of"
                                + " them will be refused");

        try (InputStage stage = InputStage.load(slim);
                Embeddings result = stage.embed("aa")) {
            assertThat(result.embeddings().toFloatArray()).containsExactly(97, 98);
            assertThatThrownBy(() -> stage.embed("ab"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a row among the table's 98, found \"b\", id 98");
        }
    }

    @Test
    void idsWorkWithoutATokenizerThatCanBeLoaded() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), "version https://git-lfs");
        model(3, "wte.weight", "wpe.weight", "");

        assertThatThrownBy(() -> InputStage.load(folder)).isInstanceOf(IOException.class);
        try (InputStage stage = InputStage.load(folder, LoadOptions.frozen().withIdsOnly(), null)) {
            assertThat(stage.hasTokenizer()).isFalse();
            try (Embeddings result =
                    stage.embed(TokenBatch.of(List.of(new long[] {2, 1}), PaddingSide.RIGHT, 0))) {
                assertThat(result.embeddings().toFloatArray()).containsExactly(2, 2);
            }
            assertThatThrownBy(() -> stage.embed("a")).hasMessageContaining("tokenizer.json");
        }
    }

    @Test
    void theTablesMayBeNamed() throws IOException {
        model(3, "a", "b", "");
        TableNames names = new TableNames("a", "b");

        assertThatThrownBy(() -> new ModelImport(folder, slim).run(ImportOptions.defaults()))
                .hasMessageContaining("--wte");
        new ModelImport(folder, slim).run(ImportOptions.defaults().withTableNames(names));

        try (InputStage stage =
                InputStage.load(
                        folder, LoadOptions.frozen().withIdsOnly().withTableNames(names), null)) {
            assertThat(stage.report().loaded()).extracting(LoadReport.Loaded::name).contains("a");
        }
        assertThat(ModelVerification.of(slim).differing()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "-1", "[3, 2]", "[]", "null", "1e3"})
    void anEndThatIsNoTokenIsOnlyAdvice(String end) throws IOException {
        model(3, "wte.weight", "wpe.weight", ", \"eos_token_id\": " + end);

        assertThat(ModelFolder.open(folder).batchOptions().paddingId()).isEqualTo(2);
    }

    @Test
    void nothingToVerifyIsRefused() throws IOException {
        assertThatThrownBy(() -> ModelVerification.of(folder))
                .hasMessageContaining("found an empty folder");
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"), Map.of(), List.of(table("x", 1)));
        assertThatThrownBy(() -> ModelVerification.of(folder))
                .hasMessageContaining("expected wte.weight or wpe.weight to verify");
    }

    private void model(int rows, String wte, String wpe, String more) throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"vocab_size\": %d, \"n_positions\": 2, \"n_embd\": 1%s}".formatted(rows, more));
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"),
                Map.of(),
                List.of(table(wte, rows), table(wpe, 2)));
    }

    /** Each row has its number. */
    private static TensorSource table(String name, int rows) {
        ByteBuffer values = ByteBuffer.allocate(rows * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            values.putFloat(row);
        }
        return TensorSource.ofFloats(name, List.of((long) rows, 1L), values.flip());
    }

    /** A vocabulary of the bytes, of which each has its value as id, and one pair. */
    private void tokenizer() throws IOException {
        StringBuilder vocabulary = new StringBuilder();
        int replaced = 256;
        for (int each = 0; each < 256; each++) {
            boolean isPrintable = (each > ' ' && each < 127) || (each > 160 && each != 173);
            char c = (char) (isPrintable ? each : replaced++);
            String text = c == '"' || c == '\\' ? "\\" + c : String.valueOf(c);
            vocabulary.append("\"%s\":%d,".formatted(text, each));
        }
        Files.writeString(folder.resolve("vocab.json"), "{" + vocabulary + "\"zz\":256}");
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\nz z\n");
    }
}
