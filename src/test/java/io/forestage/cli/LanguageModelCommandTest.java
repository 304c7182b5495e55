package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.training.TrainingTexts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code train lm --layers}: the options of transformer blocks. */
class LanguageModelCommandTest {

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String text;
    private Path model;

    @BeforeEach
    void writeText() throws IOException {
        text = TrainingTexts.write(temporary.resolve("text.txt"), 600, 1).toString();
        model = temporary.resolve("model");
    }

    @Test
    void blocksOfSoftmaxMakeAModelThatContinuesATextAndVerifies() {
        assertThat(train("--layers", "1", "--heads", "2")).as(err()).isZero();
        assertThat(out()).contains("wrote     " + model, "held-out tokens");
        assertThat(run("verify", model.toString())).as(err()).isZero();
        assertThat(run("generate", "--model", model.toString(), "--max-tokens", "3", "the king"))
                .as(err())
                .isZero();
    }

    @Test
    void blocksOfFmmAttentionAreWritten() throws IOException {
        assertThat(
                        train(
                                "--layers",
                                "1",
                                "--attention",
                                "fmm",
                                "--bandwidth",
                                "4",
                                "--features",
                                "elu,cosines:8:2"))
                .as(err())
                .isZero();
        assertThat(Files.readString(model.resolve("config.json")))
                .contains("\"forestage_attention\": \"fmm 4 elu,cosines:8:2\"")
                .contains("\"model_type\": \"forestage_gpt2\"");
        assertThat(run("inspect", model.toString())).as(err()).isZero();
        assertThat(out()).contains("h.0.attn.weights");
        assertThat(run("verify", model.toString())).as(err()).isZero();
        assertThat(run("embed", "--model", model.toString(), "the king")).as(err()).isZero();
        assertThat(run("serve-config", model.toString())).as(err()).isZero();
        out.reset();
        assertThat(generate(model)).as(err()).isZero();
        String generated = out();

        Path whole = temporary.resolve("whole");
        assertThat(run("import", "--whole", model.toString(), "--model", whole.toString()))
                .as(err())
                .isZero();
        assertThat(out()).contains("left out  0 tensors");
        assertThat(generate(whole)).as(err()).isZero();
        assertThat(out()).endsWith(generated);

        Path tables = temporary.resolve("tables");
        assertThat(run("import", model.toString(), "--model", tables.toString()))
                .as(err())
                .isZero();
        assertThat(generate(tables)).isNotZero();
        assertThat(err()).contains("h.0.ln_1.weight", "'import --whole' keeps the blocks");
    }

    private int generate(Path from) {
        return run("generate", "--model", from.toString(), "--max-tokens", "3", "the king");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--heads 2 | --heads: expected only with --layers of 1 or more, found \"2\"",
                "--attention fmm | --attention: expected only with --layers of 1 or more",
                "--layers 1 --bandwidth 3 | --bandwidth: expected only with --attention fmm",
                "--layers 1 --features elu | --features: expected only with --attention linear or",
                "--layers 1 --attention flash | attention: expected softmax, linear or fmm, found",
                "--layers 1 --attention linear --features relu | features: expected elu, ",
                "--layers -1 | layers: expected an integer from 0 to 1000, found -1",
                "--layers 1 --heads 3 | heads: expected a divisor of the width 8, found 3"
            })
    void otherOptionsAreRefused(String options, String message) {
        assertThat(train(options.split(" "))).isNotZero();
        assertThat(err()).startsWith("forestage: " + message);
        assertThat(model).doesNotExist();
    }

    private int train(String... options) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "train",
                                "lm",
                                "--text",
                                text,
                                "--model",
                                model.toString(),
                                "--dim",
                                "8",
                                "--context",
                                "8"));
        all.addAll(List.of(options));
        return run(all.toArray(String[]::new));
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
