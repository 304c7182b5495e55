package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.testing.TinyModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code embed --lines} and {@code --long} from the command line. */
class LinesCommandTest {

    private static final String LONG = "b ".repeat(40);

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path model;
    private Path input;

    @BeforeEach
    void write() throws IOException {
        model = TinyModel.write(temporary.resolve("model"));
        input = Files.writeString(temporary.resolve("in.txt"), "Hello world\n\na b\n");
    }

    @Test
    void linesOfFilesBecomeJsonLinesOnStandardOutput() throws IOException {
        Path more = Files.writeString(temporary.resolve("more.txt"), "c");

        assertThat(embed("--lines", "--file", input.toString(), more.toString())).isZero();

        assertThat(out().lines())
                .hasSize(4)
                .first()
                .asString()
                .startsWith("{\"line\":1,\"ids\":[15496,995],\"vector\":[");
        assertThat(out()).contains("{\"line\":2,\"ids\":[],\"vector\":[0.0,0.0,0.0]}");
        assertThat(err()).matches("forestage: 4 lines, 5 tokens in .* tokens/s\\R");
    }

    @Test
    void aFinishedOutputNeedsNoResuming() {
        String output = temporary.resolve("o.npy").toString();

        assertThat(embed("--lines", input.toString(), "--output", output, "--resume")).isZero();
        assertThat(embed("--lines", input.toString(), "--output", output, "--resume")).isZero();

        assertThat(err()).contains("is whole: nothing to resume");
    }

    @Test
    void skippedLinesAreListedInAFileThatTheEndNames() throws IOException {
        Files.writeString(input, "a\n" + LONG + "\n");
        Path output = temporary.resolve("o.jsonl");

        assertThat(
                        embed(
                                "--lines",
                                input.toString(),
                                "--output",
                                output.toString(),
                                "--on-error",
                                "skip"))
                .isZero();

        assertThat(err()).contains("forestage: 1 line skipped, see ").contains("o.jsonl.errors");
        assertThat(Files.readAllLines(output).get(1))
                .isEqualTo("{\"line\":2,\"ids\":null,\"vector\":null}");
    }

    @Test
    void aLongTextNamesTheOptionThatHelps() throws IOException {
        Files.writeString(input, LONG);

        assertThat(embed("--file", input.toString())).isEqualTo(1);
        assertThat(embed("a", LONG)).isEqualTo(1);

        assertThat(err().lines())
                .containsExactly(
                        "forestage: %s: expected at most 32 tokens, found 41; shorten it, or add --long truncate or --long windows:LENGTH:STRIDE"
                                .formatted(input),
                        "forestage: text 2: expected at most 32 tokens, found 41; shorten it, or"
                                + " add --long truncate or --long windows:LENGTH:STRIDE");
    }

    @Test
    void aLongTextIsCutOrReadInWindows() {
        assertThat(embed("--long", "truncate", LONG)).isZero();
        assertThat(out()).contains(": 32 tokens × 3");
        out.reset();

        assertThat(embed("--long", "windows:30:20", LONG)).isZero();
        assertThat(out()).contains(": 30 tokens × 3").contains(": 21 tokens × 3");
    }

    @Test
    void windowsLongerThanTheModelAreRefused() {
        assertThat(embed("--lines", input.toString(), "--long", "windows:33:33")).isEqualTo(1);

        assertThat(err())
                .contains("expected a LENGTH of at most the model's 32 positions, found 33");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--lines                      | --lines: expected files with a text a line, found"
                        + " none",
                "--lines - -                  | -: expected once, found twice",
                "--lines - --ids 1            | --ids: expected ids or lines, found both",
                "--lines - --output o.txt     | expected a name that ends in .npy, .safetensors,"
                        + " .jsonl, .parquet",
                "--lines - --resume           | --resume: expected --output FILE, found none",
                "--lines - --pooling none --output o.npy | .npy has one vector a line, found none",
                "--lines - --pooling none --long windows:4:2 | expected windows without overlap",
                "--pooling mean a             | --pooling: expected with --lines",
                "--pooling max --lines -      | --pooling: expected none, mean or last, found"
                        + " \"max\"",
                "--on-error stop --lines -    | --on-error: expected fail or skip, found \"stop\"",
                "--long cut a                 | --long: expected reject, truncate or"
                        + " windows:LENGTH:STRIDE, found \"cut\"",
                "--long windows:4:5 a         | --long: expected a STRIDE from 1 to LENGTH, found"
                        + " \"windows:4:5\"",
                "--positions rope a           | --positions: expected learned, sinusoidal or none,"
                        + " found \"rope\""
            })
    void wrongUsageNamesTheOption(String words, String message) {
        assertThat(embed(words.split(" "))).isEqualTo(2);

        assertThat(err().lines().findFirst())
                .hasValueSatisfying(line -> assertThat(line).contains(message));
        assertThat(out()).isEmpty();
    }

    private int embed(String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "embed";
        all[1] = "--model";
        all[2] = model.toString();
        System.arraycopy(words, 0, all, 3, words.length);
        return Forestage.run(out, err, all);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
