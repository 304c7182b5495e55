package io.forestage.weights.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.testing.OtherUser;
import io.forestage.testing.Pipes;
import io.forestage.weights.WeightFileException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {

    private final Path folder;
    private final Path file;

    LockFileTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("lock");
    }

    @Test
    void onlyOneHolderAtATime() throws IOException {
        try (LockFile held = LockFile.take(file).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(LockFile.take(file)).isEmpty();
            assertThat(LockFile.takeExisting(file)).isEmpty();
        }
        LockFile.take(file).orElseThrow().delete();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aSecondTryInThisProcessKeepsTheLock() throws Exception {
        try (LockFile held = LockFile.take(file).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(LockFile.take(file)).isEmpty();
            assertThat(inAnotherProcess()).isEqualTo("held");
        }
        assertThat(inAnotherProcess()).isEqualTo("free");
    }

    @Test
    void theFilesContentIsKept() throws IOException {
        Files.writeString(file, "somebody's");
        LockFile.take(file).orElseThrow().close();
        assertThat(file).hasContent("somebody's");
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Files.createSymbolicLink(file, victim);
        assertRefused("found a symbolic link");
        assertThat(victim).hasContent("precious");
    }

    @Test
    void aBrokenLinkCreatesNoFile() throws IOException {
        Files.createSymbolicLink(file, folder.resolve("absent"));
        assertRefused("found a symbolic link");
        assertThat(folder.resolve("absent")).doesNotExist();
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsNotOpened() throws Exception {
        Pipes.make(file);
        assertRefused("found a pipe or a device");
    }

    @Test
    void aFileOfAnotherUserIsRefused() throws IOException {
        OtherUser.give(Files.createFile(file));
        assertRefused("found one of another user");
    }

    @Test
    void takeExistingCreatesNoFile() {
        assertThatThrownBy(() -> LockFile.takeExisting(file))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(folder).isEmptyDirectory();
    }

    private void assertRefused(String found) {
        assertThatThrownBy(() -> LockFile.take(file))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(found)
                .hasMessageContaining("remove it");
    }

    private String inAnotherProcess() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Asking.class.getName(),
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String answer = out.readLine();
            process.waitFor();
            return answer;
        }
    }

    /** A program that prints whether a lock is free. */
    static final class Asking {

        private Asking() {}

        public static void main(String[] args) throws IOException {
            System.out.println(LockFile.take(Path.of(args[0])).map(lock -> "free").orElse("held"));
        }
    }
}
