package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.forestage.model.LoadOptions;
import io.forestage.model.ServingProperties;
import io.forestage.testing.TinyModel;
import io.forestage.weights.ChangedFileException;
import io.forestage.words.WordSum;
import io.forestage.words.WordVectors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weight files that are changed, cut, replaced or deleted under what is loaded from them. */
class ChangedFileTest {

    private static final String TEXT = "Hello world";

    @TempDir Path temporary;

    private Path folder;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        folder = TinyModel.write(temporary.resolve("model"));
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
        file = folder.resolve("model.safetensors");
        // So that a change has another time, however coarse the file system's clock is.
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
    }

    @Test
    void aFileThatWasOverwrittenInPlaceIsNoticedBeforeTheNextBatch() throws IOException {
        try (InputStage stage = InputStage.load(folder)) {
            vectors(stage);

            overwrite();

            assertThatThrownBy(() -> stage.embed(TEXT))
                    .isInstanceOfSatisfying(
                            ChangedFileException.class, e -> assertThat(e.file()).isEqualTo(file))
                    .hasMessageContainingAll(
                            file.toString(),
                            "expected the mapped file as it was opened, of "
                                    + Files.size(file)
                                    + " bytes, modified 2001-09-09T01:46:40Z, found",
                            "load the model again",
                            "LoadOptions.copied()");
            assertThatThrownBy(() -> nearest(stage, "king"))
                    .isInstanceOf(ChangedFileException.class);
        }
        try (InputStage again = InputStage.load(folder)) {
            assertThat(vectors(again)).hasSize(2 * TinyModel.WIDTH);
        }
    }

    @Test
    void aFileThatWasReplacedByRenameOrDeletedStaysAsItWasLoaded() throws IOException {
        try (InputStage stage = InputStage.load(folder)) {
            float[] before = vectors(stage);
            Path other = temporary.resolve("other");
            Files.write(other, new byte[100]);

            Files.move(
                    other,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            assertThat(vectors(stage)).isEqualTo(before);

            Files.delete(file);
            assertThat(vectors(stage)).isEqualTo(before);
        }
    }

    @Test
    void aCopyDoesNotCareWhatBecomesOfTheFile() throws IOException {
        try (InputStage stage = InputStage.load(folder, LoadOptions.frozen().copied(), null)) {
            assertThat(stage.report().loaded()).noneMatch(table -> table.mapped());
            float[] before = vectors(stage);

            overwrite();
            assertThat(vectors(stage)).isEqualTo(before);

            cut(file);
            assertThat(vectors(stage)).isEqualTo(before);
        }
    }

    @Test
    void aMappedAndACopiedStageGiveTheSame() throws IOException {
        try (InputStage mapped = InputStage.load(folder);
                InputStage copied = InputStage.load(folder, LoadOptions.frozen().copied(), null)) {
            assertThat(mapped.report().loaded()).allMatch(table -> table.mapped());
            assertThat(vectors(copied)).isEqualTo(vectors(mapped));
        }
    }

    @Test
    void aPredictorNoticesItTooAndHasCopies() throws Exception {
        try (ZooModel<String, float[][]> model = criteria(false).loadModel();
                Predictor<String, float[][]> predictor = model.newPredictor();
                ZooModel<String, float[][]> copied = criteria(true).loadModel();
                Predictor<String, float[][]> ofCopies = copied.newPredictor()) {
            float[][] before = predictor.predict(TEXT);

            overwrite();

            assertThatThrownBy(() -> predictor.predict(TEXT))
                    .isInstanceOf(TranslateException.class)
                    .hasRootCauseInstanceOf(ChangedFileException.class)
                    .hasMessageContaining("copy=true");
            assertThat(ofCopies.predict(TEXT)).isDeepEqualTo(before);
        }
    }

    /** In a process of its own, which the system would end. */
    @Test
    void aFileThatWasCutDoesNotEndTheProcess() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Dai.djl.offline=true",
                                "-DOPT_OUT_TRACKING=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CutFile.class.getName(),
                                folder.toString())
                        .redirectError(temporary.resolve("errors").toFile())
                        .start();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> said = lines.lines().toList();

            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(said).hasSize(2);
            assertThat(said.get(0)).isEqualTo("loaded");
            assertThat(said.get(1)).contains("found 100 bytes", "load the model again");
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** The process: loads, cuts the file, embeds; an untouched page would end it. */
    static final class CutFile {

        private CutFile() {}

        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            try (InputStage stage = InputStage.load(folder)) {
                System.out.println("loaded");
                cut(folder.resolve("model.safetensors"));
                stage.embed(TEXT).close();
                System.out.println("nothing noticed");
            } catch (ChangedFileException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static void cut(Path file) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(100);
        }
    }

    private static void nearest(InputStage stage, String word) {
        WordVectors vectors = WordVectors.of(stage);
        vectors.nearest(new WordSum(List.of(vectors.word(word)), List.of()), 1);
    }

    private void overwrite() throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(open.length() / 2);
            open.write(new byte[1000]);
        }
    }

    private static float[] vectors(InputStage stage) {
        try (Embeddings embeddings = stage.embed(TEXT)) {
            return embeddings.embeddings().toFloatArray();
        }
    }

    private Criteria<String, float[][]> criteria(boolean copy) {
        return Criteria.builder()
                .setTypes(String.class, float[][].class)
                .optModelPath(folder)
                .optArgument("copy", copy)
                .build();
    }
}
