package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names in a folder that are no plain files: links, pipes, devices. */
@DisabledOnOs(
        value = OS.WINDOWS,
        disabledReason = "links, pipes and devices are other things there")
class TokenizerFilesOnDiskTest {

    private final Path folder;

    TokenizerFilesOnDiskTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "vocab.json", "merges.txt"})
    void aLinkToNothingIsNotPassedOver(String name) throws IOException {
        place(name);
        Files.createSymbolicLink(folder.resolve(name), Path.of("gone.json"));
        assertRefused(name, "a broken symbolic link to gone.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "vocab.json", "merges.txt"})
    void aLinkToItselfIsNotPassedOver(String name) throws IOException {
        place(name);
        Files.createSymbolicLink(folder.resolve(name), Path.of(name));
        assertRefused(name, "expected a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "vocab.json", "merges.txt"})
    void aPipeIsNotWaitedFor(String name) throws Exception {
        place(name);
        Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve(name).toString()).start();
        assumeTrue(mkfifo.waitFor() == 0, "mkfifo makes a pipe here");
        assertRefused(name, "a folder, a pipe or a device");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "vocab.json", "merges.txt"})
    void aDeviceWithoutEndIsNotRead(String name) throws IOException {
        place(name);
        Files.createSymbolicLink(folder.resolve(name), Path.of("/dev/zero"));
        assertRefused(name, "a folder, a pipe or a device");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "vocab.json", "merges.txt"})
    void aLinkToAFileIsTheFile(String name) throws IOException {
        place(name);
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        String content =
                name.equals("tokenizer.json")
                        ? TinyTokenizer.JSON.formatted("")
                        : name.equals("vocab.json") ? TinyTokenizer.VOCAB : TinyTokenizer.MERGES;
        Files.writeString(elsewhere.resolve(name), content);
        Files.createSymbolicLink(folder.resolve(name), elsewhere.resolve(name));
        try (TextTokenizer tokenizer = TextTokenizer.fromFolder(folder)) {
            assertThat(tokenizer.encode("hello").ids()).containsExactly(8);
        }
    }

    /** Puts the other of the two files there that are used together. */
    private void place(String name) throws IOException {
        if (name.equals("vocab.json")) {
            Files.writeString(folder.resolve("merges.txt"), TinyTokenizer.MERGES);
        } else if (name.equals("merges.txt")) {
            Files.writeString(folder.resolve("vocab.json"), TinyTokenizer.VOCAB);
        }
    }

    private void assertRefused(String name, String found) {
        assertThatExceptionOfType(TokenizerFileException.class)
                .isThrownBy(() -> TextTokenizer.fromFolder(folder).close())
                .withMessageContaining(folder.resolve(name).toString())
                .withMessageContaining(found);
    }
}
