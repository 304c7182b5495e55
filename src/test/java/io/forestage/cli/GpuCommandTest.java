package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.testing.GpuTest;
import io.forestage.testing.TestDevice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code train … --device gpu}, and the commands that read its models. */
@GpuTest
class GpuCommandTest {

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private String model = "";

    @BeforeEach
    void chooseModelFolder() {
        model = temporary.resolve("model").toString();
    }

    @Test
    void aLanguageModelIsTrained() throws IOException {
        Path text =
                Files.writeString(
                        temporary.resolve("text.txt"),
                        " the old king saw the river and the queen saw the sea".repeat(20));

        run(
                "train",
                "lm",
                "--text",
                text.toString(),
                "--context",
                "8",
                "--stride",
                "8",
                "--dim",
                "8",
                "--epochs",
                "2",
                "--device",
                TestDevice.name());
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("perplexity");
        assertThat(Path.of(model, "provenance.json"))
                .content()
                .contains("\"device\": \"" + (TestDevice.get().isGpu() ? "gpu:0" : "cpu") + "\"");

        run("embed", " the king");
        run("nearest", "king");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\" the\"", "cosine");
    }

    @Test
    void aClassifierIsTrained() throws IOException {
        Path data =
                Files.writeString(
                        temporary.resolve("rows.tsv"),
                        "alive\tcat dog horse\nmade\tcar road train\nalive\tdog tree\nmade\troad\n"
                                .repeat(10));

        run(
                "train",
                "classify",
                "--data",
                data.toString(),
                "--dim",
                "8",
                "--epochs",
                "3",
                "--device",
                TestDevice.name());
        run("classify", "a dog and a cat");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("alive");
    }

    private void run(String... words) {
        String[] args = new String[words.length + 2];
        int command = words[0].equals("train") ? 2 : 1;
        System.arraycopy(words, 0, args, 0, command);
        args[command] = "--model";
        args[command + 1] = model;
        System.arraycopy(words, command, args, command + 2, words.length - command);
        int status = Forestage.run(out, err, args);
        assertThat(status).as(err.toString(StandardCharsets.UTF_8)).isZero();
    }
}
