package io.forestage.training.skipgram;

import static io.forestage.training.KilledTraining.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.training.KilledTraining;
import io.forestage.training.SmallTraining;
import io.forestage.training.TrainingProgress;
import io.forestage.training.TrainingRun;
import io.forestage.training.TrainingTexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A killed training that is resumed ends in the same bits as one that was not killed. */
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

    @ParameterizedTest
    @EnumSource
    void aResumedTrainingEndsInTheSameBits(SmallTraining task) throws Exception {
        Path input = task.write(temporary.resolve("input"));
        Path whole = temporary.resolve("whole");
        task.run(input, whole, run(1, TrainingRun.Start.NEW), progress -> {});

        KilledTraining.kill(task, input, model, 3);
        assertThat(model).doesNotExist();
        assertThat(checkpoint).exists();
        KilledTraining.kill(task, input, model, 2);
        List<TrainingProgress> received = new ArrayList<>();
        task.run(input, model, run(3, TrainingRun.Start.RESUME), received::add);

        assertThat(model.resolve("model.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
        if (task == SmallTraining.CLASSIFY) {
            assertThat(model.resolve("training/head.safetensors"))
                    .hasSameBinaryContentAs(whole.resolve("training/head.safetensors"));
        }
        assertThat(received.get(0).step()).as("resumes, and does not start over").isGreaterThan(3);
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
    void anUnfinishedTrainingIsKeptUnlessForced() throws Exception {
        kill(1);
        SkipGramTraining training = training(text, model, 1);

        assertThatThrownBy(() -> training.run(run(1, TrainingRun.Start.NEW), p -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--resume")
                .hasMessageContaining("--force");

        training.run(run(1, TrainingRun.Start.RESTART), p -> {});
        assertThat(checkpoint).doesNotExist();
    }

    @Test
    void aMissingCheckpointIsReported() {
        assertThatThrownBy(
                        () ->
                                training(text, model, 1)
                                        .run(run(1, TrainingRun.Start.RESUME), p -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a checkpoint to resume, found none");
    }

    @Test
    void aModelThatCouldNotBeWrittenIsWrittenOnResume() throws IOException {
        SkipGramTraining training = training(text, model, 1);
        assertThatThrownBy(() -> training.run(run(1, TrainingRun.Start.NEW), this::block))
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

    private void kill(int steps) throws Exception {
        KilledTraining.kill(SmallTraining.SKIP_GRAM, text, model, steps);
    }

    /** Writes a file to the model's path. */
    private void block(TrainingProgress progress) {
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
}
