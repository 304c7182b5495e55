package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.testing.TinyModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code classify}. */
class ClassifyTextsCommandTest {

    @TempDir static Path temporary;

    private static String model;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void train() throws IOException {
        Path data =
                Files.writeString(
                        temporary.resolve("data.tsv"),
                        "pet\tcat dog\nthing\tcar road\n".repeat(20));
        model = temporary.resolve("model").toString();
        int status =
                Forestage.run(
                        new ByteArrayOutputStream(),
                        System.err,
                        "train",
                        "classify",
                        "--data=" + data,
                        "--model=" + model,
                        "--dim=4",
                        "--epochs=30",
                        "--learning-rate=0.05");
        assertThat(status).isZero();
    }

    @Test
    void aTextMayHaveSeveralLabels() throws IOException {
        Path data =
                Files.writeString(
                        temporary.resolve("topics.txt"),
                        "__label__pet __label__home cat sofa\n__label__thing car road\n"
                                .repeat(20));
        String topics = temporary.resolve("topics").toString();
        assertThat(
                        Forestage.run(
                                out,
                                err,
                                "train",
                                "classify",
                                "--data=" + data,
                                "--model=" + topics,
                                "--dim=4",
                                "--epochs=60",
                                "--held-out=0",
                                "--learning-rate=0.05"))
                .isZero();
        assertThat(text(out))
                .contains("rows have several labels: accuracy is")
                .contains("0 held-out rows, 40 training rows")
                .containsPattern("from scratch +– ");
        out.reset();

        assertThat(Forestage.run(out, err, "classify", "--model=" + topics, "--format=tsv", "cat"))
                .isZero();
        assertThat(text(out)).matches("(home,pet|pet,home)\t0\\.\\d{6}\tcat\n");
        out.reset();
        assertThat(Forestage.run(out, err, "classify", "--model=" + topics, "--format=json", "cat"))
                .isZero();
        assertThat(text(out)).containsPattern("\"labels\":\\[\"(home|pet)\",\"(home|pet)\"\\]");
    }

    @Test
    void theTableHasTheLabelOfEachText() {
        assertThat(classify("cat dog", "car \t\u001b[31mroad")).isZero();
        assertThat(text(out).lines())
                .hasSize(3)
                .first()
                .asString()
                .matches("label +probability +text");
        assertThat(text(out))
                .containsPattern("(?m)^pet +0\\.\\d{3}  \"cat dog\"$")
                .containsPattern("(?m)^thing +0\\.\\d{3}  \"car \\\\t\\\\u\\{1b}\\[31mroad\"$");
        assertThat(text(err)).isEmpty();
    }

    @Test
    void theTableShowsTheBeginningOfALongText() {
        assertThat(classify("😀".repeat(60), "😀".repeat(61))).isZero();
        assertThat(text(out).lines().skip(1).map(line -> line.replaceAll(".*  \"", "")))
                .containsExactly("😀".repeat(60) + '"', "😀".repeat(60) + "…\"");
    }

    @Test
    void theLinesOfAFileAreTextsWithoutByteOrderMarkAndBlankLines() throws IOException {
        Path file =
                Files.writeString(
                        temporary.resolve("lines.txt"), "\ufeffcat dog\r\n \ncar road\ncar\tcar\r");
        assertThat(classify("--file", file.toString(), "--format", "tsv", "dog")).isZero();
        assertThat(text(out).lines().map(line -> line.replaceAll("0\\.\\d{6}", "p")))
                .containsExactly(
                        "pet\tp\tcat dog",
                        "thing\tp\tcar road",
                        "thing\tp\tcar\\tcar",
                        "pet\tp\tdog");
    }

    @Test
    void theLinesOfStandardInputAreTexts() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("cat\ncar\n".getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(classify("--format=tsv", "-")).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(text(out).lines().map(line -> line.substring(0, 3)))
                .containsExactly("pet", "thi");
    }

    @Test
    void theJsonHasAllProbabilities() {
        assertThat(classify("--format=json", "cat \"dog\"")).isZero();
        assertThat(text(out))
                .hasLineCount(1)
                .startsWith(
                        "{\"text\":\"cat"
                                + " \\\"dog\\\"\",\"label\":\"pet\",\"probabilities\":{\"pet\":0.")
                .contains(",\"thing\":0.");
    }

    @Test
    void theAccuracyIsThatReportedByTheTraining() throws IOException {
        Path data = temporary.resolve("noisy.tsv");
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            String[] words = {"cat", "dog", "car", "road", "sea"};
            rows.append(i % 2 == 0 ? "pet" : "thing")
                    .append('\t')
                    .append(words[(i * 7) % 5])
                    .append(' ')
                    .append(words[(i * 3 + i / 5) % 5])
                    .append('\n');
        }
        Files.writeString(data, rows);
        String noisy = temporary.resolve("noisy").toString();
        assertThat(
                        run(
                                "train",
                                "classify",
                                "--data=" + data,
                                "--model=" + noisy,
                                "--dim=4",
                                "--held-out=0.999"))
                .isZero();
        // 58 rows are held out and 2 trained. The report does not name them, so the comparison is
        // of all 60 rows.
        String reported =
                text(out).replaceAll("(?s).*from scratch +([0-9.]+)% +([0-9.]+)%.*", "$1 $2");
        String[] accuracies = reported.split(" ", -1);
        double right =
                Double.parseDouble(accuracies[0]) * 58 + Double.parseDouble(accuracies[1]) * 2;
        out.reset();
        Path texts =
                Files.writeString(
                        temporary.resolve("noisy.txt"),
                        rows.toString().replaceAll("(?m)^[a-z]+\t", ""));
        assertThat(run("classify", "--model=" + noisy, "--format=tsv", "--file=" + texts)).isZero();
        String[] found = text(out).split("\n", -1);
        String[] expected = rows.toString().split("\n", -1);
        long same =
                IntStream.range(0, 60)
                        .filter(i -> label(found[i]).equals(label(expected[i])))
                        .count();
        assertThat(same).isEqualTo(Math.round(right / 100)).isBetween(1L, 59L);
    }

    @Test
    void withoutATextItIsWrongUsage() {
        assertThat(classify()).isEqualTo(2);
        assertThat(text(err))
                .startsWith(
                        "forestage: expected a text to classify, found none; add TEXT, - or"
                                + " --file");
    }

    @Test
    void anUnknownFormatIsWrongUsage() {
        assertThat(classify("--format=xml", "cat")).isEqualTo(2);
    }

    @Test
    void aModelWithoutAHeadIsReportedInOneLine() throws IOException {
        String tiny = TinyModel.write(temporary.resolve("tiny")).toString();
        assertThat(run("classify", "--model", tiny, "cat")).isEqualTo(1);
        assertThat(text(err))
                .startsWith("forestage: " + tiny)
                .contains("expected the head of a classifier, found no such file")
                .hasLineCount(1);
    }

    @Test
    void anEmptyTextIsReportedInOneLine() {
        assertThat(classify("cat", "")).isEqualTo(1);
        assertThat(text(err)).contains("text 1: expected a text to classify").hasLineCount(1);
    }

    private int classify(String... more) {
        return run(
                Stream.concat(Stream.of("classify", "--model", model), Arrays.stream(more))
                        .toArray(String[]::new));
    }

    private int run(String... args) {
        return Forestage.run(out, err, args);
    }

    private static String label(String line) {
        return line.substring(0, line.indexOf('\t'));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
