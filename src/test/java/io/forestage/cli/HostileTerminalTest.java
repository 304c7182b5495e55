package io.forestage.cli;

import static io.forestage.testing.HostileText.KEY;
import static io.forestage.testing.HostileText.TEXT;
import static io.forestage.testing.HostileText.isUnsafe;
import static io.forestage.testing.HostileText.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.forestage.testing.HostileText;
import io.forestage.testing.TinyModel;
import io.forestage.weights.TensorSource;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Control characters in files and arguments are escaped before they reach the terminal. */
class HostileTerminalTest {

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(strings = {"table", "json"})
    void namesAndMetadataAreEscaped(String format) throws IOException {
        String name = KEY.replace("\n", "") + ".safetensors";
        Path file = temporary.resolve(name);
        SafetensorsWriter.write(
                file,
                Map.of(TEXT, TEXT),
                List.of(TensorSource.ofLongs(TEXT, List.of(1L), new long[1])));

        assertThat(run("inspect", "--format", format, file.toString())).isZero();

        assertHarmless(out);
        assertThat(out()).contains("\\u");
    }

    @Test
    void escapedJsonHasTheSameStrings() throws IOException {
        String text = "a\u001b\u009b\u202e\u200b\u2028\udb40\udc41 世界";
        Path file = temporary.resolve("a.safetensors");
        SafetensorsWriter.write(
                file,
                Map.of("key", text),
                List.of(TensorSource.ofLongs("x", List.of(1L), new long[1])));

        assertThat(run("inspect", "--format", "json", file.toString())).isZero();

        assertHarmless(out);
        assertThat(out()).contains("世界");
        JsonObject first =
                JsonParser.parseString(out())
                        .getAsJsonObject()
                        .getAsJsonArray("files")
                        .get(0)
                        .getAsJsonObject();
        assertThat(first.getAsJsonObject("metadata").get("key").getAsString()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"table", "json", "ids"})
    void tokensAreEscaped(String format) {
        assertThat(run("tokenize", "--format", format, TEXT)).isZero();
        assertHarmless(out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "tokenizer.json", "vocab.json", "provenance.json"})
    void messagesAndStackTracesAreEscaped(String name) throws IOException {
        Path model = TinyModel.write(temporary.resolve("model"));
        Files.writeString(model.resolve("merges.txt"), "");
        Files.writeString(model.resolve(name), "{%1$s: [%1$s], %1$s: 1}".formatted(quoted(TEXT)));

        String[] words =
                name.equals("provenance.json")
                        ? new String[] {"--verbose", "verify", model.toString()}
                        : new String[] {"--verbose", "embed", "--model", model.toString(), "x"};
        assertThat(run(words)).isEqualTo(1);

        assertHarmless(err);
        assertThat(err().lines().count()).isGreaterThan(5);
        assertThat(err().lines()).allMatch(line -> line.length() <= HostileText.MAX_LENGTH + 20);
    }

    @Test
    void argumentsInMessagesAreEscaped() {
        assertThat(run("tokenize", "--format", TEXT, "x")).isEqualTo(2);
        assertHarmless(err);
        assertThat(run("tokenize", "--" + TEXT)).isEqualTo(2);
        assertHarmless(err);
    }

    private static void assertHarmless(ByteArrayOutputStream stream) {
        String text = stream.toString(StandardCharsets.UTF_8);
        assertThat(text).isNotEmpty();
        assertThat(isUnsafe(text.replace("\n", "").replace("\t", ""))).as(text).isFalse();
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private int run(String... args) {
        return Forestage.run(out, err, args);
    }
}
