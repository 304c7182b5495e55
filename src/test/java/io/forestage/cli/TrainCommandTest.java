package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code train} and {@code evaluate} as they are typed. */
class TrainCommandTest {

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aTrainedModelIsEvaluated() throws IOException {
        String text = writeText();
        String model = temporary.resolve("model").toString();
        Path pairs =
                Files.writeString(
                        temporary.resolve("pairs.txt"), "cat dog 9\ncat car 2\ndog car 1");

        assertThat(train(text, model)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("wrote     " + model)
                .contains("4 of the tokens trained");
        assertThat(err.toString(StandardCharsets.UTF_8)).as("nobody watches").isEmpty();

        out.reset();
        assertThat(run("evaluate", "similarity", "--model", model, pairs.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Spearman")
                .containsPattern("pairs.txt +3 +3 ");
    }

    @Test
    void aModelThatIsThereIsAFailure() throws IOException {
        String text = writeText();
        String model = temporary.resolve("model").toString();
        assertThat(train(text, model)).isZero();

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
            value = {"train; task: skipgram, classify, lm", "evaluate; measure: similarity"})
    void aGroupOfCommandsAsksForOne(String group, String asked) {
        assertThat(run(group)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("forestage: expected a " + asked);
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
