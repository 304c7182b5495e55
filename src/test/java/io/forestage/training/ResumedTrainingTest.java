package io.forestage.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.weights.StoredType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is killed outright goes on to the bits that it would have come to. */
class ResumedTrainingTest {

    private static final int EPOCHS = 6;

    @TempDir Path temporary;

    private Path text;
    private Path model;
    private Path checkpoint;

    @BeforeEach
    void writeText() throws IOException {
        text = TrainingTexts.write(temporary.resolve("text.txt"), 70_000, 1);
        model = temporary.resolve("model");
        checkpoint = temporary.resolve("model-training/checkpoint.safetensors");
    }

    @Test
    void aKilledTrainingGoesOnToTheSameBits() throws Exception {
        Path whole = temporary.resolve("whole");
        training(text, whole, EPOCHS).run(run(1, TrainingRun.Start.NEW), progress -> {});

        kill(3);
        assertThat(model).doesNotExist();
        assertThat(checkpoint).exists();
        Files.createFile(checkpoint.resolveSibling(".forestage-of-a-killed-process.tmp"));
        kill(2);
        SkipGramReport report =
                training(text, model, EPOCHS).run(run(3, TrainingRun.Start.RESUME), p -> {});

        assertThat(model.resolve("model.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
        assertThat(report.last().step()).isEqualTo(report.last().steps());
        assertThat(lossesOf(model)).isEqualTo(lossesOf(whole));
        assertThat(checkpoint.getParent()).doesNotExist();
    }

    @Test
    void anotherTextIsNotResumed() throws Exception {
        kill(1);
        Path other = TrainingTexts.write(temporary.resolve("text.txt"), 70_000, 2);

        assertThatThrownBy(
                        () ->
                                training(other, model, EPOCHS)
                                        .run(run(1, TrainingRun.Start.RESUME), p -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(checkpoint.toString())
                .hasMessageContaining("with text 0 text.txt")
                .hasMessageContaining("--force");
        assertThat(checkpoint).exists();
    }

    @Test
    void otherOptionsAreNotResumed() throws Exception {
        kill(1);

        assertThatThrownBy(
                        () ->
                                training(text, model, EPOCHS + 1)
                                        .run(run(1, TrainingRun.Start.RESUME), p -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("with epochs 7, found 6");
    }

    @Test
    void anUnfinishedTrainingIsNotThrownAwayUnasked() throws Exception {
        kill(1);
        SkipGramTraining training = training(text, model, 1);

        assertThatThrownBy(() -> training.run(run(1, TrainingRun.Start.NEW), p -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--resume")
                .hasMessageContaining("--force");

        training.run(run(1, TrainingRun.Start.AFRESH), p -> {});
        assertThat(checkpoint).doesNotExist();
    }

    @Test
    void thereHasToBeACheckpointToResume() {
        assertThatThrownBy(
                        () ->
                                training(text, model, 1)
                                        .run(run(1, TrainingRun.Start.RESUME), p -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a checkpoint to resume, found none");
    }

    @Test
    void aModelThatCouldNotBeWrittenIsWrittenLater() throws IOException {
        SkipGramTraining training = training(text, model, 1);
        assertThatThrownBy(() -> training.run(run(1, TrainingRun.Start.NEW), this::stand))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("found a file");
        Files.delete(model);

        SkipGramReport report =
                training.run(
                        run(1, TrainingRun.Start.RESUME),
                        progress -> {
                            throw new AssertionError("nothing is left to train");
                        });

        assertThat(report.last().step()).isEqualTo(report.last().steps());
        assertThat(model.resolve("model.safetensors")).exists();
        assertThat(checkpoint).doesNotExist();
    }

    @Test
    void aDamagedCheckpointIsRefused() throws Exception {
        kill(1);
        byte[] bytes = Files.readAllBytes(checkpoint);
        Files.write(checkpoint, Arrays.copyOf(bytes, bytes.length / 2));

        assertThatThrownBy(
                        () ->
                                training(text, model, EPOCHS)
                                        .run(run(1, TrainingRun.Start.RESUME), p -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(checkpoint.toString());
    }

    /** Runs a training in a process of its own and kills it when it has gone so many steps on. */
    private void kill(int steps) throws Exception {
        Process training =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin/java")
                                                .toString(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        LongTraining.class.getName(),
                                        text.toString(),
                                        model.toString()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out = training.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < steps; i++) {
                assertThat(out.readLine()).startsWith("step");
            }
            training.destroyForcibly().waitFor();
        }
    }

    /** Puts a file where the model is to go. */
    private void stand(TrainingProgress progress) {
        try {
            Files.writeString(model, "in the way");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lossesOf(Path model) throws IOException {
        return Files.readAllLines(model.resolve("training/curve.csv")).stream()
                .map(line -> String.join(",", List.of(line.split(",")).subList(0, 4)))
                .toList();
    }

    private static SkipGramTraining training(Path text, Path model, int epochs) {
        return new SkipGramTraining(
                List.of(text), model, new SkipGramOptions(8, 3, 2, epochs, 1e-2, 0.05, 1, 1));
    }

    private static TrainingRun run(int threads, TrainingRun.Start start) {
        return new TrainingRun(threads, 1, StoredType.FLOAT32, start, false);
    }

    /** What is killed: it waits at the last step, so that it cannot come to its end before. */
    static final class LongTraining {

        private LongTraining() {}

        public static void main(String[] args) throws IOException {
            Path model = Path.of(args[1]);
            boolean begun = Files.exists(model.resolveSibling(model.getFileName() + "-training"));
            TrainingRun.Start start = begun ? TrainingRun.Start.RESUME : TrainingRun.Start.NEW;
            training(Path.of(args[0]), model, EPOCHS).run(run(2, start), LongTraining::tell);
        }

        private static void tell(TrainingProgress progress) {
            System.out.println("step " + progress.step());
            if (progress.step() == progress.steps()) {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
