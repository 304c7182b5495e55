package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plot} and {@code export --format projector}. */
class PlotCommandTest {

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String vectors;

    @BeforeEach
    void write() throws IOException {
        System.setProperty("java.awt.headless", "true");
        vectors =
                Files.writeString(
                                temporary.resolve("words.txt"),
                                "king 2 2 0\nman 0 3 0\nqueen 5 0 5\nwoman 0 0 1\nx 1 0 0\n")
                        .toString();
    }

    @Test
    void wordsOfAFileAreDrawn() throws IOException {
        for (String picture : List.of("similarity", "map")) {
            Path file = temporary.resolve(picture + ".svg");
            assertThat(
                            run(
                                    "plot",
                                    picture,
                                    "--vectors",
                                    vectors,
                                    "king",
                                    "queen",
                                    "man",
                                    "--output",
                                    file.toString()))
                    .isZero();
            assertThat(out()).startsWith("wrote     " + file);
            assertThat(file).content().contains(">king<", ">queen<", ">man<");
            out.reset();
        }
        // cos(king, man) is 6 / (√8 · 3).
        assertThat(temporary.resolve("similarity.svg")).content().contains(">0.71<", ">1.00<");
    }

    @Test
    void aModelsTableAndPositionsAreDrawn() {
        String model = temporary.resolve("model").toString();
        assertThat(run("import", "--from-words", vectors, "--model", model)).isZero();
        for (String picture : List.of("table", "positions")) {
            Path file = temporary.resolve(picture + ".png");
            List<String> more = picture.equals("positions") ? List.of("--dim", "4") : List.of();
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    "plot",
                                    picture,
                                    "--model",
                                    model,
                                    "--output",
                                    file.toString()));
            command.addAll(more);
            assertThat(run(command.toArray(String[]::new))).as(err()).isZero();
            assertThat(file).isNotEmptyFile();
        }
    }

    @Test
    void randomFeaturesComeNearerToTheKernel() throws IOException {
        Path file = temporary.resolve("rff.svg");
        assertThat(run("plot", "rff", "--output", file.toString())).as(err()).isZero();

        String svg = Files.readString(file);
        assertThat(svg).contains(">exact<", ">R = 1<", ">R = 10<", ">R = 100<", ">R = 1,000<");
        List<Double> errors =
                Pattern.compile(">root mean square error ([0-9.]+)<")
                        .matcher(svg)
                        .results()
                        .map(found -> Double.valueOf(found.group(1)))
                        .toList();
        assertThat(errors).hasSize(4).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(errors.get(0)).isGreaterThan(0.5);
        assertThat(errors.get(3)).isLessThan(0.06);
    }

    @Test
    void pairsOfFeaturesAreEven() {
        String file = temporary.resolve("rff.png").toString();
        assertThat(run("plot", "rff", "--pairs", "--features", "2,20", "--output", file))
                .as(err())
                .isZero();
        assertThat(run("plot", "rff", "--pairs", "--output", file)).isEqualTo(2);
        assertThat(err())
                .startsWith(
                        "forestage: --features: expected even numbers from 1 to 16384, found 1");
    }

    @Test
    void aPictureNeedsAFile() {
        assertThat(run("plot", "map", "--vectors", vectors, "king", "queen", "man")).isEqualTo(2);
        assertThat(err())
                .startsWith(
                        "forestage: --output: expected a file for the picture, which a terminal"
                                + " cannot show, found none; add --output FILE.png or --output"
                                + " FILE.svg");
        assertThat(out()).isEmpty();
    }

    @Test
    void tooFewWordsAreRefused() {
        Path file = temporary.resolve("map.png");
        assertThat(run("plot", "map", "--vectors", vectors, "king", "--output", file.toString()))
                .isEqualTo(2);
        assertThat(err()).startsWith("forestage: WORD: expected 3 to 200 words, found 1");
        assertThat(file).doesNotExist();
    }

    @Test
    void theProjectorGetsVectorsAndTokens() throws IOException {
        String model = temporary.resolve("model").toString();
        assertThat(run("import", "--from-words", vectors, "--model", model)).isZero();
        Path file = temporary.resolve("nano.tsv");

        assertThat(run("export", model, "--format", "projector", "--output", file.toString()))
                .isZero();

        List<String> tokens = Files.readAllLines(temporary.resolve("nano-metadata.tsv"));
        assertThat(tokens)
                .hasSize(6)
                .startsWith("token\tid")
                .contains(" king\t5822", " man\t582", " queen\t16599");
        assertThat(Files.readAllLines(file))
                .hasSize(5)
                .contains("2.0\t2.0\t0.0", "5.0\t0.0\t5.0")
                .element(tokens.indexOf(" king\t5822") - 1)
                .isEqualTo("2.0\t2.0\t0.0");
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
