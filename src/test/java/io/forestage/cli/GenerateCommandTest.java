package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.forestage.testing.TinyModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code generate}: texts go on, for people and for programs. */
class GenerateCommandTest {

    private static final String MODEL = "src/test/resources/decoder/gpt2-like";

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aTextIsPrintedWithWhatFollows() {
        assertThat(run("generate", "--model", MODEL, "--max-tokens", "5", "Hello")).isZero();

        assertThat(out()).startsWith("Hello").endsWith(System.lineSeparator());
        String added = out().strip().substring("Hello".length());
        out.reset();
        assertThat(
                        run(
                                "generate",
                                "--model",
                                MODEL,
                                "--max-tokens",
                                "5",
                                "--format",
                                "json",
                                "Hello"))
                .isZero();
        JsonObject json = JsonParser.parseString(out()).getAsJsonObject();
        assertThat(json.get("text").getAsString()).isEqualTo("Hello");
        assertThat(json.get("prompt_tokens").getAsInt()).isEqualTo(5);
        assertThat(json.get("ids").getAsJsonArray()).hasSize(5);
        assertThat(json.get("ended").getAsBoolean()).isFalse();
        assertThat(io.forestage.cli.console.PrintableText.lines(json.get("added").getAsString()))
                .isEqualTo(added);
        assertThat(err()).isEmpty();
    }

    @Test
    void aSeedDrawsTheSameAgain() {
        List<String> drawn =
                List.of("1", "1", "2").stream()
                        .map(
                                seed -> {
                                    out.reset();
                                    assertThat(
                                                    run(
                                                            "generate",
                                                            "--model",
                                                            MODEL,
                                                            "--temperature",
                                                            "2",
                                                            "--top-k",
                                                            "100",
                                                            "--top-p",
                                                            "0.9",
                                                            "--seed",
                                                            seed,
                                                            "--stop-at-end",
                                                            "false",
                                                            "ab",
                                                            "c"))
                                            .isZero();
                                    return out();
                                })
                        .toList();

        assertThat(drawn.get(1)).isEqualTo(drawn.get(0));
        assertThat(drawn.get(2)).isNotEqualTo(drawn.get(0));
    }

    @Test
    void wrongUsageIsExplained() {
        assertThat(run("generate", "--model", MODEL)).isEqualTo(2);
        assertThat(err()).contains("expected a text to continue, found none");
        assertThat(run("generate", "--model", MODEL, "--seed", "1", "a")).isEqualTo(2);
        assertThat(err()).contains("add --temperature 1");
        assertThat(run("generate", "--model", MODEL, "--temperature", "1", "--top-p", "2", "a"))
                .isEqualTo(2);
        assertThat(err()).contains("topP: expected more than 0 and at most 1, found 2.0");
    }

    @Test
    void aTextThatDoesNotFitIsAFailure() {
        assertThat(run("generate", "--model", MODEL, "--max-tokens", "99", "abc")).isEqualTo(1);

        assertThat(err())
                .startsWith(
                        "forestage: text 0: expected room for 99 more tokens within the model's 24"
                                + " positions, found 3 tokens; add at most 22");
    }

    @Test
    void aModelOfTablesAloneIsNamed() throws IOException {
        Path tables = TinyModel.write(temporary.resolve("tables"));

        assertThat(run("generate", "--model", tables.toString(), "a")).isEqualTo(1);

        assertThat(err())
                .contains("expected the tensor in the model's files")
                .contains("import --whole");
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
