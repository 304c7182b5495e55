package io.forestage.weights.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    private final Path folder;
    private final Path target;

    AtomicFileTest(@TempDir Path folder) {
        this.folder = folder;
        this.target = folder.resolve("file");
    }

    @Test
    void aNewFileIsWritten() throws IOException {
        AtomicFile.write(target, text("new"));
        assertThat(target).hasContent("new");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void aNewFileHasTheDefaultPermissions() throws IOException {
        AtomicFile.write(target, text("new"));
        Path ordinary = Files.writeString(folder.resolve("ordinary"), "");
        assertThat(Files.getPosixFilePermissions(target))
                .isEqualTo(Files.getPosixFilePermissions(ordinary));
    }

    @Test
    void aFileIsReplacedAndKeepsItsPermissions() throws IOException {
        Files.writeString(target, "old and longer");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-rw-r-x"));
        AtomicFile.write(target, text("new"));
        assertThat(target).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-rw-r-x");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void contentThatFailsHalfWayLeavesTheOldFile() throws IOException {
        Files.writeString(target, "old");
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                AtomicFile.write(
                                        target,
                                        channel -> {
                                            text("half").writeTo(channel);
                                            assertThat(target).hasContent("old");
                                            throw new IllegalStateException("half-way");
                                        }))
                .withMessage("half-way");
        assertThat(target).hasContent("old");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void contentThatFailsLeavesNoNewFile() throws IOException {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () ->
                                AtomicFile.write(
                                        target,
                                        channel -> {
                                            throw new IOException("no content");
                                        }))
                .withMessage("no content");
        assertThat(names()).isEmpty();
    }

    @Test
    void contentMayCloseItsChannel() throws IOException {
        AtomicFile.write(
                target,
                channel -> {
                    try (OutputStream out = Channels.newOutputStream(channel)) {
                        out.write("new".getBytes(StandardCharsets.UTF_8));
                    }
                    assertThat(channel.isOpen()).isFalse();
                });
        assertThat(target).hasContent("new");
    }

    @Test
    void largeBuffersAreWrittenWholeAndKeepTheirLimit() throws IOException {
        byte[] bytes = new byte[1_000_003];
        bytes[1_000_000] = 7;
        ByteBuffer buffer = ByteBuffer.wrap(bytes).limit(1_000_001);
        AtomicFile.write(target, channel -> assertThat(channel.write(buffer)).isEqualTo(1_000_001));
        assertThat(target).hasSize(1_000_001);
        assertThat(Files.readAllBytes(target)[1_000_000]).isEqualTo((byte) 7);
        assertThat(buffer.limit()).isEqualTo(1_000_001);
        assertThat(buffer.hasRemaining()).isFalse();
    }

    @Test
    void aSymbolicLinkIsFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path real = Files.writeString(elsewhere.resolve("real"), "old");
        Path middle = Files.createSymbolicLink(elsewhere.resolve("middle"), Path.of("real"));
        Files.createSymbolicLink(target, Path.of("elsewhere/middle"));
        AtomicFile.write(target, text("new"));
        assertThat(target).isSymbolicLink();
        assertThat(middle).isSymbolicLink();
        assertThat(real).isRegularFile().hasContent("new");
    }

    @Test
    void aBrokenSymbolicLinkCreatesItsTarget() throws IOException {
        Files.createSymbolicLink(target, Path.of("real"));
        AtomicFile.write(target, text("new"));
        assertThat(target).isSymbolicLink();
        assertThat(folder.resolve("real")).hasContent("new");
    }

    @Test
    void aLoopOfSymbolicLinksIsRefused() throws IOException {
        Files.createSymbolicLink(target, folder.resolve("other"));
        Files.createSymbolicLink(folder.resolve("other"), target);
        assertRefused(target, "found a loop of symbolic links");
    }

    @Test
    void aFolderIsRefused() {
        assertRefused(folder, "found a folder; name a file in it");
    }

    @Test
    void theRootIsRefused() {
        Path root = target.getRoot();
        assertRefused(root, "found a folder; name a file in it");
    }

    @Test
    void aFileInAMissingFolderIsRefused() {
        Path missing = folder.resolve("missing");
        assertRefused(missing.resolve("file"), "found no folder " + missing + "; create");
    }

    @Test
    void aFileInsideAFileIsRefused() throws IOException {
        Files.writeString(target, "");
        assertRefused(target.resolve("file"), "found " + target + ", which is not a folder");
    }

    @Test
    void aFolderWithoutPermissionIsRefused() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeFalse(Files.isWritable(closed), "this user may write everywhere: not tested");
        assertRefused(closed.resolve("file"), "found no permission to write here");
    }

    @Test
    void aFileWithoutPermissionIsRefused() throws IOException {
        Files.writeString(target, "old");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r--r--r--"));
        assumeFalse(Files.isWritable(target), "this user may write every file: not tested");
        assertRefused(target, "found no permission to write it");
    }

    @Test
    void aNameTooLongForTheDiskIsRefused() {
        assertRefused(folder.resolve("x".repeat(256)), "name");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aPipeIsWrittenDirectly() throws Exception {
        assumeTrue(
                new ProcessBuilder("mkfifo", target.toString()).start().waitFor() == 0,
                "no mkfifo here: writing to a pipe is not tested");
        CompletableFuture<String> read =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return Files.readString(target);
                            } catch (IOException failure) {
                                return failure.toString();
                            }
                        });
        AtomicFile.write(target, text("through the pipe"));
        assertThat(read.get(1, TimeUnit.MINUTES)).isEqualTo("through the pipe");
        assertThat(Files.isRegularFile(target)).isFalse();
    }

    @Test
    void aFullDiskIsReportedWithThePath() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "no /dev/full here: a full disk is not tested");
        assertRefused(full, "check the disk and its space");
    }

    @Test
    void anInterruptedThreadIsReportedAndLeavesNoFile() throws IOException {
        Thread.currentThread().interrupt();
        try {
            assertRefused(target, "found the thread interrupted; write it again");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(names()).isEmpty();
    }

    private static AtomicFile.Content text(String text) {
        return channel -> channel.write(StandardCharsets.UTF_8.encode(text));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void assertRefused(Path path, String found) {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> AtomicFile.write(path, text("new")))
                .withMessageStartingWith(path + ": expected a writable file")
                .withMessageContaining(found)
                .withMessageMatching("[^\\p{Cntrl}]*");
    }
}
