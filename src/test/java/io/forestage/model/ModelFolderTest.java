package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.testing.TinyModel;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFolderTest {

    @TempDir Path folder;

    @Test
    void aFolderThatDoesNotExistIsNamed() {
        assertRefused(folder.resolve("nowhere"))
                .hasMessageContaining(
                        "nowhere: expected a model folder or a weight file, found no such file");
    }

    @Test
    void aFileThatHoldsNoWeightsIsNamed() throws IOException {
        assertRefused(Files.createFile(folder.resolve("file")))
                .hasMessageContaining(
                        "/file: expected a safetensors file with at least 10 bytes, found an empty"
                                + " file");
    }

    @Test
    void aFolderWithoutConfigIsRefused() {
        assertRefused(folder)
                .hasMessageContaining("found an empty folder")
                .hasMessageContaining("config.json");
    }

    @Test
    void aFolderWithoutWeightsIsRefusedUnlessRandomOnesAreAskedFor() throws IOException {
        TinyModel.config(folder, "");

        assertRefused(folder)
                .hasMessageContaining("expected GPT-2's weights in the folder")
                .hasMessageContaining("found none")
                .hasMessageNotContaining("forestage_random_seed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"vocab_size\": 0              | vocab_size: expected an integer from 1",
                "\"vocab_size\": 1.5            | vocab_size: expected an integer from 1",
                "\"vocab_size\": 1e40           | vocab_size: expected an integer from 1",
                "\"vocab_size\": 1e2000000000   | vocab_size: expected an integer from 1",
                "\"vocab_size\": \"5\"          | vocab_size: expected an integer from 1",
                "\"n_positions\": -3            | n_positions: expected an integer from 1",
                "\"n_embd\": []                 | n_embd: expected an integer from 1",
                "\"embd_pdrop\": 1              | embd_pdrop: expected a number of at least 0.0"
                        + " and",
                "\"embd_pdrop\": NaN            | expected strict JSON",
                "\"initializer_range\": -1      | initializer_range: expected a number",
                "\"eos_token_id\": \"</s>\"     | eos_token_id: expected an integer or a list",
                "\"eos_token_id\": 1.5         | eos_token_id: expected an integer or a list",
                "\"eos_token_id\": [1, [2]]    | eos_token_id: expected an integer or a list",
                "\"model_type\": \"bert\"       | model_type: expected one of gpt2,",
                "\"position_embedding_type\": \"rope\" | expected learned, sinusoidal or none,"
                        + " found rope",
                "\"forestage_random_seed\": 9e9 | forestage_random_seed: expected an integer",
                "\"vocab_size\": 3 } {          | expected strict JSON",
                "vocab_size: 3                  | expected strict JSON"
            })
    void aConfigValueOutOfOrderIsNamed(String content, String message) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{" + content + "}");

        assertRefused(folder).hasMessageContaining("config.json").hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``       | line 1 column 1 path $: expected complete JSON, found the end",
                "[]       | line 1 column 2 path $: expected one JSON object, found an array",
                "null     | line 1 column 5 path $: expected one JSON object, found null",
                "{        | line 1 column 2 path $.: expected complete JSON, found the end",
                "{\"a\": 1 | line 1 column 8 path $.a: expected complete JSON, found the end",
                "3        | line 1 column 2 path $: expected one JSON object, found a number",
                "{\"a\": 1, \"a\": 2} | path $.a: expected each name once, found \"a\" twice"
            })
    void aConfigThatIsNoObjectIsRefused(String content, String message) throws IOException {
        Files.writeString(folder.resolve("config.json"), content);

        assertRefused(folder).hasMessageContaining(message);
    }

    @Test
    void aConfigNestedTenThousandLevelsDeepIsRefused() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"a\":" + "[".repeat(10_000));

        assertRefused(folder).hasMessageContaining("nesting deeper than 255");
    }

    @Test
    void aConfigOfOtherBytesIsRefused() throws IOException {
        Files.write(folder.resolve("config.json"), new byte[] {(byte) 0xff, (byte) 0xfe});

        assertRefused(folder).hasMessageContaining("expected UTF-8");
    }

    @Test
    void gpt2sEndOfTextInASmallerVocabularyIsNone() throws IOException {
        Files.writeString(
                folder.resolve("config.json"), "{\"vocab_size\": 9, \"eos_token_id\": 50256}");

        ModelFolder model = ModelFolder.open(folder);

        assertThat(model.config().eosTokenId()).isEmpty();
        assertThat(model.batchOptions().paddingId()).isEqualTo(8);
    }

    @Test
    void anAbsentKeyHasGpt2sDefault() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{}");

        ModelConfig config = ModelFolder.open(folder).config();

        assertThat(config.vocabSize()).isEqualTo(50257);
        assertThat(config.nPositions()).isEqualTo(1024);
        assertThat(config.nEmbd()).isEqualTo(768);
        assertThat(config.embdPdrop()).isEqualTo(0.1);
        assertThat(config.initializerRange()).isEqualTo(0.02);
        assertThat(config.positionKind()).isEqualTo(PositionKind.LEARNED);
    }

    @Test
    void aTableOfAnotherShapeSaysWhatToSet() throws IOException {
        TinyModel.write(folder);
        Files.writeString(
                folder.resolve("config.json"),
                "{\"vocab_size\": 50257, \"n_positions\": 64, \"n_embd\": 3}");

        assertRefused(folder)
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("wpe.weight")
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining("expected [64, 3], found [32, 3]")
                .hasMessageContaining("set n_positions to 32 in config.json");
    }

    @Test
    void aWidthThatDoesNotMatchSaysWhatToSet() throws IOException {
        TinyModel.write(folder);
        Files.writeString(
                folder.resolve("config.json"),
                "{\"vocab_size\": 50257, \"n_positions\": 32, \"n_embd\": 4}");

        assertRefused(folder)
                .hasMessageContaining("expected [50257, 4], found [50257, 3]")
                .hasMessageContaining("set n_embd to 3 in config.json");
    }

    @Test
    void aVocabularyOfAnotherSizeThanTheConfigIsRefused() throws IOException {
        write("model.safetensors", tensor("wte.weight", 5), tensor("wpe.weight", 4));
        Files.writeString(
                folder.resolve("config.json"),
                "{\"vocab_size\": 5, \"n_positions\": 4, \"n_embd\": 1}");

        assertRefused(folder)
                .hasMessageContaining("the model's own tokenizer for its vocabulary of 5 tokens")
                .hasMessageContaining("found none, and GPT-2's has 50257");
    }

    @Test
    void aMissingTableIsNamed() throws IOException {
        TinyModel.config(folder, "");
        write("model.safetensors", tensor("wte.weight", TinyModel.VOCABULARY));

        assertRefused(folder).hasMessageContaining("wpe.weight");
    }

    @Test
    void theTablesMayLieInFilesOfTheirOwn() throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"vocab_size\": 50257, \"n_positions\": 4, \"n_embd\": 1}");
        write("positions.safetensors", tensor("wpe.weight", 4));
        write("tokens.safetensors", tensor("transformer.wte.weight", 50257));

        try (InputStage stage = InputStage.load(folder);
                Embeddings result = stage.embed("Hello world")) {
            assertThat(result.embeddings().toFloatArray()).containsExactly(15496, 996);
        }
    }

    @Test
    void aTableInTwoFilesIsAmbiguous() throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"vocab_size\": 50257, \"n_positions\": 4, \"n_embd\": 1}");
        write("a.safetensors", tensor("wte.weight", 50257), tensor("wpe.weight", 4));
        write("b.safetensors", tensor("wpe.weight", 4));

        assertRefused(folder)
                .hasMessageContaining(
                        "\"wpe.weight\" in %s: expected one file that contains it, found"
                                + " a.safetensors and b.safetensors",
                        folder);
    }

    @Test
    void aWeightFileThatIsALinkToNowhereIsRefused() throws IOException {
        TinyModel.config(folder, ", \"forestage_random_seed\": 1");
        write("other.safetensors", tensor("wte.weight", 3), tensor("wpe.weight", 3));
        Files.createSymbolicLink(folder.resolve("model.safetensors"), Path.of("gone"));

        assertRefused(folder).hasMessageContaining("model.safetensors");
    }

    @Test
    void aConfigThatIsNoFileIsRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("config.json"), Path.of("/dev/zero"));

        assertRefused(folder).hasMessageContaining("config.json: expected a file");
    }

    @Test
    void tablesThatNoMemoryHoldsAreRefused() throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"vocab_size\": 2147483647, \"n_embd\": 2147483647,"
                        + " \"forestage_random_seed\": 1}");

        assertRefused(folder)
                .hasMessageContaining("config.json: expected tables that fit into memory");
    }

    @Test
    void aTruncatedWeightFileIsRefused() throws IOException {
        TinyModel.write(folder);
        Path weights = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1));

        assertRefused(folder).isInstanceOf(WeightFileException.class);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(Path folder) {
        return assertThatThrownBy(
                        () -> {
                            try (InputStage stage = InputStage.load(folder)) {
                                throw new AssertionError("loaded " + stage.report());
                            }
                        })
                .isInstanceOf(IOException.class)
                .hasMessageMatching(".+");
    }

    private void write(String name, TensorSource... tensors) throws IOException {
        SafetensorsWriter.write(folder.resolve(name), Map.of(), new ArrayList<>(List.of(tensors)));
    }

    /** A table of width 1 whose rows hold their own number. */
    private static TensorSource tensor(String name, int rows) {
        ByteBuffer bytes = ByteBuffer.allocate(rows * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            bytes.putFloat(row);
        }
        return TensorSource.ofFloats(name, List.of((long) rows, 1L), bytes.flip());
    }
}
