package io.forestage.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.testing.OtherUser;
import io.forestage.testing.Pipes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others have put where a training keeps its own files is neither used nor harmed. */
class PlantedTrainingFilesTest {

    private static final SmallTraining TASK = SmallTraining.CLASSIFY;

    @TempDir Path temporary;

    private Path input;
    private Path model;
    private Path checkpoints;
    private Path victim;

    @BeforeEach
    void write() throws IOException {
        input = TASK.write(temporary.resolve("input"));
        model = temporary.resolve("model");
        checkpoints = temporary.resolve("model-training");
        victim = Files.writeString(temporary.resolve("victim"), "precious");
    }

    @ParameterizedTest
    @ValueSource(strings = {"training.lock", "checkpoint.safetensors"})
    void aLinkIsNotFollowed(String name) throws IOException {
        Files.createSymbolicLink(
                Files.createDirectory(checkpoints).resolve(name), Path.of("../victim"));
        assertRefused(checkpoints.resolve(name), "found a symbolic link");
        assertThat(victim).hasContent("precious");
    }

    @Test
    void aCheckpointIsNotWrittenThroughALink() throws IOException {
        Files.createSymbolicLink(
                Files.createDirectory(checkpoints).resolve("checkpoint.safetensors"),
                Path.of("../absent"));
        assertRefused(checkpoints.resolve("checkpoint.safetensors"), "found a symbolic link");
        assertThat(temporary.resolve("absent")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"training.lock", "checkpoint.safetensors"})
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsNotOpened(String name) throws Exception {
        Path pipe = Pipes.make(Files.createDirectory(checkpoints).resolve(name));
        assertRefused(pipe, "found a pipe or a device");
    }

    @Test
    void aLinkToAFolderIsNotFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Path own = Files.writeString(elsewhere.resolve(".forestage-mine.tmp"), "mine");
        Files.createSymbolicLink(checkpoints, elsewhere);
        assertRefused(checkpoints, "found a symbolic link");
        assertThat(elsewhere).isDirectoryContaining(own::equals);
        assertThat(elsewhere.toFile().list()).hasSize(1);
    }

    @Test
    void aFolderOfAnotherUserIsLeftAlone() throws IOException {
        OtherUser.give(Files.createDirectory(checkpoints));
        assertRefused(checkpoints, "found one of another user");
        assertThat(checkpoints).isEmptyDirectory();
    }

    @Test
    void aTrainingInAnotherProcessIsRefusedAfterOneInThis() throws Exception {
        try (TrainingLock lock = TrainingLock.take(checkpoints)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> TrainingLock.take(checkpoints))
                    .hasMessageContaining("found one that runs");
            Process other =
                    KilledTraining.process(Locking.class, TASK, input, checkpoints)
                            .redirectErrorStream(true)
                            .start();
            try (BufferedReader out = other.inputReader(StandardCharsets.UTF_8)) {
                assertThat(out.readLine()).contains("found one that runs");
            }
        }
    }

    private void assertRefused(Path place, String found) {
        for (TrainingRun.Start start : TrainingRun.Start.values()) {
            assertThatThrownBy(
                            () ->
                                    TASK.run(
                                            input,
                                            model,
                                            KilledTraining.run(1, start),
                                            progress -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(place.toString())
                    .hasMessageContaining(found)
                    .hasMessageContaining("remove it");
        }
        assertThat(model).doesNotExist();
    }

    /** A program that takes a training's lock. */
    static final class Locking {

        private Locking() {}

        public static void main(String[] args) {
            try {
                TrainingLock.take(Path.of(args[2]));
                System.out.println("taken");
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
