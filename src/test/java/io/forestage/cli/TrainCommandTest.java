package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands {@code train} and {@code evaluate}. */
class TrainCommandTest {

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aTrainedModelCanBeEvaluated() throws IOException {
        String text = writeText();
        String model = temporary.resolve("model").toString();
        Path pairs =
                Files.writeString(
                        temporary.resolve("pairs.txt"), "cat dog 9\ncat car 2\ndog car 1");

        assertThat(train(text, model)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("wrote     " + model)
                .contains("vectors of 4 tokens trained");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .as("without a terminal, a line at the first and the last step")
                .containsPattern(
                        "step \\d+ of \\d+, loss \\d\\.\\d{4}, learning rate \\S+, \\d+ tokens/s,"
                                + " 0:00 left\n"
                                + "$");

        out.reset();
        assertThat(run("evaluate", "similarity", "--model", model, pairs.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Spearman")
                .containsPattern("pairs.txt +3 +3 ");
    }

    @Test
    void anExistingModelIsReported() throws IOException {
        String text = writeText();
        String model = temporary.resolve("model").toString();
        assertThat(train(text, model)).isZero();
        err.reset();

        assertThat(train(text, model)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("forestage: " + model)
                .contains("--force")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu", "gpu:0,1"})
    void skipGramRunsOnTheCpuOnly(String device) throws IOException {
        String text = writeText();
        String model = temporary.resolve("model").toString();

        assertThat(train(text, model, "--device", device)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("--device: skip-gram runs on the CPU only, as ", "found " + device);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--dim=0",
                "--window=0",
                "--negative=0",
                "--epochs=0",
                "--sample=-1",
                "--sample=NaN",
                "--learning-rate=0",
                "--min-count=0",
                "--threads=0",
                "--checkpoint-every=0"
            })
    void valuesOutOfRangeAreWrongUsage(String option) throws IOException {
        assertThat(train(writeText(), temporary.resolve("model").toString(), option)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("expected", "found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "train; expected a task (skipgram, classify, lm), found none",
                "evaluate; expected a measure (similarity, analogies), found none"
            })
    void aGroupWithoutASubcommandIsWrongUsage(String group, String message) {
        assertThat(run(group)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("forestage: " + group + ": " + message);
    }

    /** SIGTERM, which a container gets when it is stopped, has the same effect as Ctrl-C. */
    @Test
    void anInterruptedTrainingNamesItsCheckpoint() throws Exception {
        Path text =
                Files.writeString(
                        temporary.resolve("text.txt"), " cat dog cat dog car road".repeat(4000));
        Path model = temporary.resolve("model");
        Path errors = temporary.resolve("errors");
        Path checkpoint = temporary.resolve("model-training/checkpoint.safetensors");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Forestage.class.getName(),
                                "train",
                                "lm",
                                "--text=" + text,
                                "--model=" + model,
                                "--dim=8",
                                "--epochs=100000",
                                "--checkpoint-every=2")
                        .redirectError(errors.toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            while (!Files.exists(checkpoint) && process.isAlive()) {
                Thread.sleep(50);
            }
            process.destroy();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(Files.readString(errors))
                .containsPattern("step \\d+ of \\d+, loss ")
                .containsPattern(
                        "interrupted after step \\d+ of \\d+; %s has \\d+ steps: repeat the command with --resume to continue"
                                .formatted(Pattern.quote(checkpoint.toString())));
        assertThat(Files.readAllLines(temporary.resolve("model-training/curve.csv")))
                .hasSizeGreaterThan(1);
    }

    private String writeText() throws IOException {
        return Files.writeString(
                        temporary.resolve("text.txt"), " cat dog cat dog car road".repeat(50))
                .toString();
    }

    private int train(String text, String model, String... more) {
        String[] options = {"train", "skipgram", "--text", text, "--model", model};
        String[] all = Arrays.copyOf(options, options.length + more.length);
        System.arraycopy(more, 0, all, options.length, more.length);
        return run(all);
    }

    private int run(String... args) {
        return Forestage.run(out, err, args);
    }
}
