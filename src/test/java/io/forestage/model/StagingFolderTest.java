package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is asked to end deletes the folder in a shutdown hook. */
class StagingFolderTest {

    @TempDir Path temporary;

    @Test
    void nothingIsDeletedWhileTheFolderIsPutIntoPlace() throws Exception {
        StagingFolder staging = StagingFolder.beside(temporary.resolve("model"));
        Path file = Files.writeString(staging.path().resolve("config.json"), "{}");
        List<Thread> ending = new ArrayList<>();
        staging.putInPlace(
                () -> {
                    ending.add(startClosing(staging));
                    assertThat(file).exists();
                });
        ending.get(0).join();
        assertThat(staging.path()).doesNotExist();
    }

    @Test
    void aFolderThatIsDeletedIsNotPutIntoPlace() throws IOException {
        StagingFolder staging = StagingFolder.beside(temporary.resolve("model"));
        staging.close();
        List<String> done = new ArrayList<>();
        assertThatThrownBy(() -> staging.putInPlace(() -> done.add("exchanged")))
                .isInstanceOf(ModelFolderException.class)
                .hasMessageContaining("found it deleted");
        assertThat(done).isEmpty();
    }

    @Test
    void aFolderThatIsAskedForWhileTheProcessEndsIsRefusedAndLeavesNothing() throws Exception {
        Path place = temporary.resolve("model");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                AskingAtTheEnd.class.getName(),
                                place.toString())
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).contains("as the process is ending; start again");
        }
        assertThat(process.waitFor()).isZero();
        assertThat(temporary).isEmptyDirectory();
    }

    /** Returns once the thread waits or has ended. */
    private static Thread startClosing(StagingFolder staging) {
        Thread ending = new Thread(staging::close);
        ending.start();
        while (ending.getState() != Thread.State.BLOCKED
                && ending.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
        return ending;
    }

    /** A program that begins to write a model while it ends. */
    static final class AskingAtTheEnd {

        private AskingAtTheEnd() {}

        public static void main(String[] args) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> ask(Path.of(args[0]))));
        }

        private static void ask(Path place) {
            try (StagingFolder staging = StagingFolder.beside(place)) {
                System.out.println(staging.path());
            } catch (IOException | RuntimeException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
