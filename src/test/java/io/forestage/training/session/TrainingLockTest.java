package io.forestage.training.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.training.SmallTraining;
import io.forestage.training.TrainingRun;
import io.forestage.training.lm.LanguageModelOptions;
import io.forestage.training.lm.LanguageModelTraining;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Only one training of a model runs at a time. */
class TrainingLockTest {

    @TempDir Path temporary;

    private Path model;
    private Path checkpoints;

    @BeforeEach
    void name() {
        model = temporary.resolve("model");
        checkpoints = temporary.resolve("model-training");
    }

    @ParameterizedTest
    @EnumSource
    void aSecondTrainingOfTheSameModelIsRefusedAndDoesNoHarm(TrainingRun.Start start)
            throws IOException {
        SmallTraining small = SmallTraining.CLASSIFY;
        Path input = small.write(temporary.resolve("input"));
        TrainingRun run = TrainingRun.defaults().withCheckpointEvery(1);

        small.run(
                input,
                model,
                run,
                progress -> {
                    byte[] before = bytes(Interruption.checkpointOf(model));
                    assertThatThrownBy(() -> small.run(input, model, run.withStart(start), p -> {}))
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining(checkpoints.toString())
                            .hasMessageContaining("found one that is running; wait until it ends");
                    assertThat(bytes(Interruption.checkpointOf(model))).isEqualTo(before);
                });

        assertThat(model.resolve("model.safetensors")).exists();
        assertThat(checkpoints).doesNotExist();
    }

    @Test
    void aFolderCanBeLockedAgainAfterItsTraining() throws IOException {
        TrainingLock.take(checkpoints).close();
        assertThat(checkpoints).doesNotExist();
        TrainingLock.take(checkpoints).close();
    }

    @Test
    void theLockFileOfAKilledTrainingIsTaken() throws IOException {
        Files.createDirectories(checkpoints);
        Files.writeString(checkpoints.resolve("training.lock"), "of another process");
        TrainingLock.take(checkpoints).close();
        assertThat(checkpoints).doesNotExist();
    }

    @Test
    void aUsersFilesAreKept() throws IOException {
        Files.createDirectories(checkpoints);
        Path own = Files.writeString(checkpoints.resolve("notes.txt"), "mine");
        TrainingLock.take(checkpoints).close();
        assertThat(checkpoints).isDirectoryContaining(own::equals);
        assertThat(checkpoints.resolve("training.lock")).doesNotExist();
    }

    @Test
    void aTrainingThatFailsAtItsStartLeavesNoFiles() throws IOException {
        Path empty = Files.createFile(temporary.resolve("empty.txt"));
        LanguageModelTraining training =
                new LanguageModelTraining(
                        List.of(empty), null, model, LanguageModelOptions.defaults());
        assertThatThrownBy(() -> training.run(TrainingRun.defaults(), progress -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(temporary).isDirectoryNotContaining("glob:**model*");
    }

    @Test
    void anUnfinishedCheckpointIsDeletedAtTheNextStart() throws IOException {
        SmallTraining small = SmallTraining.CLASSIFY;
        Path input = small.write(temporary.resolve("input"));
        TrainingRun run = TrainingRun.defaults().withCheckpointEvery(1);
        assertThatThrownBy(() -> small.run(input, model, run, Interruption.after(2)))
                .isInstanceOf(Interruption.class);
        Path left = Files.createFile(checkpoints.resolve(".forestage-of-a-killed-process.tmp"));

        assertThatThrownBy(
                        () ->
                                small.run(
                                        input,
                                        model,
                                        run.withStart(TrainingRun.Start.RESUME),
                                        Interruption.after(3)))
                .isInstanceOf(Interruption.class);
        assertThat(left).doesNotExist();
        assertThat(Interruption.checkpointOf(model)).exists();
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
