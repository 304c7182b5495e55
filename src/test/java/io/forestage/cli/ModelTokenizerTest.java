package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.testing.TinyModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands with a model's own tokenizer, and with its special tokens. */
class ModelTokenizerTest {

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void tokenizeUsesTheTokenizerOfTheModel() throws IOException {
        String model = model("");
        assertThat(run("tokenize", "--model", model, "--format", "ids", " bb<s>")).isEqualTo(1);
        assertThat(run("tokenize", "--model", model, "--format", "ids", " bb")).isZero();
        assertThat(run("tokenize", "--model", model, "--format", "ids", "--special", " b<s>b"))
                .isZero();

        assertThat(out()).isEqualTo("2 1\n2 3 1\n");
        assertThat(err()).contains("U+003C");
    }

    @Test
    void tokenizeRefusesAModelWithATokenizerOfAnotherKind() throws IOException {
        String model = model(", \"tokenizer_class\": \"T5Tokenizer\"");
        assertThat(run("tokenize", "--model", model, "b")).isEqualTo(1);
        assertThat(err()).contains("config.json, $.tokenizer_class", "T5Tokenizer");
    }

    @Test
    void decodePrintsTheTextAsAJsonString() throws IOException {
        assertThat(run("decode", "15496", "995,198")).isZero();
        assertThat(run("decode", "--model", model(""), "2,1 3")).isZero();

        assertThat(out()).isEqualTo("\"Hello world\\n\"\n\" bb<s>\"\n");
    }

    @Test
    void decodeRefusesWhatIsNoId() {
        assertThat(run("decode", "1", "x")).isEqualTo(2);
        assertThat(err()).contains("IDS: expected integers, found \"x\"");
        assertThat(run("decode", "50257")).isEqualTo(1);
        assertThat(err()).contains("id 50257 at index 0 is not in this vocabulary");
    }

    @Test
    void embedFindsSpecialTokensIfAsked() throws IOException {
        String model = TinyModel.write(temporary.resolve("tiny")).toString();
        Path plain = temporary.resolve("plain.npy");
        Path special = temporary.resolve("special.npy");
        Path ids = temporary.resolve("ids.npy");
        String text = "a<|endoftext|>";
        assertThat(run("embed", "--model", model, "--output", plain.toString(), text)).isZero();
        assertThat(
                        run(
                                "embed",
                                "--model",
                                model,
                                "--special",
                                "--output",
                                special.toString(),
                                text))
                .isZero();
        assertThat(run("embed", "--model", model, "--output", ids.toString(), "--ids", "64,50256"))
                .isZero();

        assertThat(special).hasSameBinaryContentAs(ids);
        assertThat(Files.size(plain)).isGreaterThan(Files.size(ids));
    }

    private String model(String more) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("model"));
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"gpt2\", \"vocab_size\": 4, \"n_positions\": 4, \"n_embd\": 2%s}"
                        .formatted(more));
        Files.writeString(
                folder.resolve("vocab.json"), "{\"\u0120\": 0, \"b\": 1, \"\u0120b\": 2}");
        Files.writeString(folder.resolve("merges.txt"), "\u0120 b\n");
        Files.writeString(folder.resolve("special_tokens_map.json"), "{\"eos_token\": \"<s>\"}");
        return folder.toString();
    }

    private int run(String... args) {
        return Forestage.run(out, err, args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
