package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forestage.testing.TinyModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands {@code train classify} and {@code train lm}. */
class TrainTasksCommandTest {

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String text;
    private String data;
    private String model;

    @BeforeEach
    void writeFiles() throws IOException {
        text =
                Files.writeString(temporary.resolve("text.txt"), " cat dog cat car".repeat(50))
                        .toString();
        data =
                Files.writeString(
                                temporary.resolve("data.tsv"),
                                "pet\tcat dog\nthing\tcar road\n".repeat(10))
                        .toString();
        model = temporary.resolve("model").toString();
    }

    @Test
    void lmPrintsThePerplexity() {
        assertThat(lm("--dim=4", "--context=8", "--batch=4", "--accumulate=2")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern(
                        "wrote     %s: perplexity \\S+ on the training text, \\S+ on 16 held-out tokens, "
                                .formatted(Pattern.quote(model)));
        assertThat(err.toString(StandardCharsets.UTF_8))
                .as("lines, without a terminal")
                .containsPattern("step 3 of 3, loss \\S+ \\(held out \\S+\\), learning rate");
        assertThat(run("verify", model)).isZero();
        assertThat(run("embed", "--model", model, "cat")).isZero();
    }

    @Test
    void classifyPrintsTheAccuracy() {
        assertThat(classify("--dim", "4")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("from scratch +[0-9.]+% ")
                .containsPattern("most frequent class +50.0%")
                .contains("2 held-out rows, 18 training rows")
                .doesNotContain("pretrained")
                .contains("wrote     " + model + ": from scratch, 2 classes");
        assertThat(run("verify", model)).isZero();
        assertThat(run("embed", "--model", model, "cat")).isZero();
    }

    @Test
    void compareTrainsThreeClassifiers() throws IOException {
        String tiny = TinyModel.write(temporary.resolve("tiny")).toString();

        assertThat(classify("--init", tiny, "--freeze", "--compare")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("pretrained, frozen +[0-9.]+% ")
                .containsPattern("pretrained, fine-tuned +[0-9.]+% ")
                .containsPattern("from scratch +[0-9.]+% ")
                .contains("wrote     " + model + ": pretrained, frozen, 2 classes");
    }

    @Test
    void aWidthForAnInitialModelIsWrongUsage() throws IOException {
        String tiny = TinyModel.write(temporary.resolve("tiny")).toString();
        assertThat(lm("--init", tiny, "--dim=5")).isEqualTo(2);
        assertThat(classify("--init", tiny, "--dim=5")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).lines().filter(l -> l.contains("--dim:")))
                .hasSize(2)
                .allMatch(line -> line.endsWith("found both (--dim=5); leave one out"));
        assertThat(classify("--init", tiny)).isZero();
        assertThat(Path.of(model, "provenance.json")).content().contains("\"dim\": \"3\"");
    }

    @ParameterizedTest
    @CsvSource({
        "--threads=0, threads: expected an integer from 1",
        "--checkpoint-every=0, checkpoint-every: expected an integer from 1",
        "--learning-rate=1e-50, learning-rate: expected a number from 1.4E-45 to 1.0E30",
        "--learning-rate=1e400, learning-rate: expected a number from 1.4E-45 to 1.0E30"
    })
    void aValueOutOfRangeIsReportedWithTheRange(String option, String message) {
        assertThat(classify(option)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("forestage: " + message);
    }

    @Test
    void aLossOfNanIsReportedWithBothLearningRates() {
        assertThat(classify("--head-learning-rate=1e30", "--epochs=50")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("at learning rate 0.001 and head learning rate 1.0E30; there is no")
                .matches("(step [^\n]+\n)*forestage: [^\n]+\n");
    }

    @Test
    void anUnreadableFileIsReported() {
        Path memory = Path.of("/proc/self/mem");
        assumeTrue(Files.exists(memory), "there is no /proc/self/mem, a file that cannot be read");
        data = memory.toString();
        assertThat(classify()).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("forestage: /proc/self/mem: expected a file that can be read, found ")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--freeze", "--compare"})
    void anOptionForAnInitialModelRequiresOne(String option) {
        assertThat(classify(option)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(
                        "%1$s: expected --init MODEL too, found none; add it or leave out %1$s"
                                .formatted(option));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--dim=0",
                "--context=0",
                "--stride=65",
                "--stride=0",
                "--learning-rate=NaN",
                "--dropout=1",
                "--held-out=-0.1",
                "--batch=0",
                "--accumulate=0",
                "--epochs=0",
                "--threads=0",
                "--checkpoint-every=0",
                "--device=tpu",
                "--device=gpu:9999"
            })
    void valuesOutOfRangeOfALanguageModelAreWrongUsage(String option) {
        assertThat(lm(option)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("expected ", "found ");
        assertThat(Path.of(model)).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--dim=65537",
                "--learning-rate=0",
                "--head-learning-rate=-1",
                "--held-out=1",
                "--batch=0",
                "--device=gpu:9999"
            })
    void valuesOutOfRangeOfAClassifierAreWrongUsage(String option) {
        assertThat(classify(option)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("expected ", "found ");
    }

    @Test
    void aLineWithoutATabIsReportedInOneLine() throws IOException {
        Files.writeString(Path.of(data), "pet\tcat\nthing car\n");
        assertThat(classify()).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("forestage: " + data + ": line 2: expected \"label TAB text\"")
                .hasLineCount(1);
    }

    private int lm(String... more) {
        return run(
                Stream.concat(
                                Stream.of("train", "lm", "--text", text, "--model", model),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private int classify(String... more) {
        return run(
                Stream.concat(
                                Stream.of("train", "classify", "--data", data, "--model", model),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private int run(String... args) {
        return Forestage.run(out, err, args);
    }
}
