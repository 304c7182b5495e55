package io.forestage.weights.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.testing.OtherUser;
import io.forestage.testing.Pipes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The next process that writes into a folder deletes the files of killed ones. */
class TemporaryFileTest {

    private final Path folder;

    TemporaryFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void filesOfKilledProcessesAreDeletedAndThoseOfRunningOnesStay() throws Exception {
        Process writing =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Writing.class.getName(),
                                folder.resolve("other").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out = writing.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("writing");
            Path temporary = temporaries().get(0);

            write("mine");
            assertThat(temporary).as("of a living process").exists();

            writing.destroyForcibly().waitFor();
            write("mine");
            assertThat(temporaries()).isEmpty();
            assertThat(folder.toFile().list()).containsExactly("mine");
        }
    }

    @Test
    void filesOfThisProcessStay() throws IOException {
        AtomicFile.write(
                folder.resolve("outer"),
                channel -> {
                    channel.write(ByteBuffer.wrap(new byte[3]));
                    write("inner");
                    assertThat(temporaries()).hasSize(1);
                });
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("outer", "inner");
    }

    @Test
    void aLinkAndAnotherUsersFileStay() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Path link = folder.resolve(".forestage-link.tmp");
        Files.createSymbolicLink(link, victim);
        Path others = OtherUser.give(Files.createFile(folder.resolve(".forestage-other.tmp")));
        write("mine");
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(others).exists();
        assertThat(victim).hasContent("precious");
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsNotOpened() throws Exception {
        Path pipe = Pipes.make(folder.resolve(".forestage-pipe.tmp"));
        write("mine");
        assertThat(Files.exists(pipe)).isTrue();
    }

    private void write(String name) throws IOException {
        AtomicFile.write(
                folder.resolve(name), channel -> channel.write(ByteBuffer.wrap(new byte[3])));
    }

    private List<Path> temporaries() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> entry.toString().endsWith(".tmp")).toList();
        }
    }

    /** A program that is killed during a write. */
    static final class Writing {

        private Writing() {}

        public static void main(String[] args) throws IOException {
            AtomicFile.write(
                    Path.of(args[0]),
                    channel -> {
                        channel.write(ByteBuffer.wrap(new byte[3]));
                        System.out.println("writing");
                        try {
                            Thread.sleep(60_000);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
        }
    }
}
