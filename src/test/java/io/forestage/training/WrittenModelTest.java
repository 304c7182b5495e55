package io.forestage.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.training.session.Interruption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A training that is killed after it wrote its model has no step left when it is resumed. */
class WrittenModelTest {

    private static final TrainingRun RESUME = KilledTraining.run(1, TrainingRun.Start.RESUME);

    @TempDir Path temporary;

    @ParameterizedTest
    @EnumSource
    void itTakesNoStepAndDeletesTheCheckpoint(SmallTraining task) throws IOException {
        Path input = task.write(temporary.resolve("input"));
        Path model = temporary.resolve("model");
        leaveCheckpoint(task, input, model, Long.MAX_VALUE);
        // If it is killed a moment earlier, it leaves the new folder's lock too.
        Path lock = Files.createFile(temporary.resolve(".model-new-0123abcd.lock"));
        FileTime written = Files.getLastModifiedTime(model.resolve("model.safetensors"));

        task.run(
                input,
                model,
                RESUME,
                progress -> {
                    throw new AssertionError("nothing is left to train");
                });

        assertThat(Interruption.checkpointOf(model).getParent()).doesNotExist();
        assertThat(lock).doesNotExist();
        assertThat(Files.getLastModifiedTime(model.resolve("model.safetensors")))
                .isEqualTo(written);
    }

    @Test
    void anUnfinishedTrainingBesideAModelIsRefused() throws IOException {
        SmallTraining task = SmallTraining.CLASSIFY;
        Path input = task.write(temporary.resolve("input"));
        Path model = temporary.resolve("model");
        leaveCheckpoint(task, input, model, 3);
        assertRefused(task, input, model);
    }

    @Test
    void anotherTrainingsModelIsRefused() throws IOException {
        SmallTraining task = SmallTraining.CLASSIFY;
        Path input = task.write(temporary.resolve("input"));
        Path model = temporary.resolve("model");
        leaveCheckpoint(task, input, model, Long.MAX_VALUE);
        Path provenance = model.resolve("provenance.json");
        Files.writeString(
                provenance,
                Files.readString(provenance).replaceFirst("(\"wte.weight\": \")....", "$10000"));
        assertRefused(task, input, model);
    }

    @Test
    void anUnusedLockIsDeleted() throws IOException {
        SmallTraining task = SmallTraining.CLASSIFY;
        Path input = task.write(temporary.resolve("input"));
        Path model = temporary.resolve("model");
        task.run(input, model, KilledTraining.run(1, TrainingRun.Start.NEW), progress -> {});
        Path checkpoints = Interruption.checkpointOf(model).getParent();
        Files.createFile(Files.createDirectory(checkpoints).resolve("training.lock"));

        assertThatThrownBy(() -> task.run(input, model, RESUME, progress -> {}))
                .hasMessageContaining("a model is there already");
        assertThat(checkpoints).doesNotExist();
    }

    private static void assertRefused(SmallTraining task, Path input, Path model) {
        assertThatThrownBy(() -> task.run(input, model, RESUME, progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(model + ": a model is there already; --force replaces it");
        assertThat(Interruption.checkpointOf(model)).exists();
    }

    /** Trains to the end, then restores the checkpoint that a kill would have left. */
    private void leaveCheckpoint(SmallTraining task, Path input, Path model, long step)
            throws IOException {
        Path kept = temporary.resolve("kept");
        Path checkpoint = Interruption.checkpointOf(model);
        task.run(
                input,
                model,
                KilledTraining.run(1, TrainingRun.Start.NEW),
                progress -> {
                    if (progress.step() == Math.min(step, progress.steps())) {
                        copy(checkpoint, kept);
                    }
                });
        Files.createDirectory(checkpoint.getParent());
        copy(kept, checkpoint);
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
