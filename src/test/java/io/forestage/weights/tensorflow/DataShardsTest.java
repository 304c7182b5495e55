package io.forestage.weights.tensorflow;

import static io.forestage.weights.tensorflow.Proto.concat;
import static io.forestage.weights.tensorflow.Table.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forestage.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data files that are absent, truncated or not files. No file stays open. */
class DataShardsTest {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final CheckpointFiles files;

    DataShardsTest(@TempDir Path folder) throws IOException {
        // Open files are recognised by their real paths.
        this.files = new CheckpointFiles(folder.toRealPath());
    }

    @AfterEach
    void noFileStaysOpen() throws IOException {
        if (Files.isDirectory(DESCRIPTORS)) {
            assertThat(openFiles()).isEmpty();
        }
    }

    @Test
    void openFilesAreDetected() throws IOException {
        assumeTrue(Files.isDirectory(DESCRIPTORS), "no /proc here: open files are not looked for");
        try (WeightFile file = files.open(two(0, 0), new byte[8])) {
            assertThat(openFiles()).containsExactlyInAnyOrder(files.index(), files.data());
            assertThat(file.size()).isEqualTo(Files.size(files.index()) + 8);
        }
    }

    @Test
    void anAbsentDataFileIsRefusedByItsName() {
        CheckpointFiles.write(files.index(), two(0, 0));
        CheckpointFiles.assertRefused(
                files.index(),
                "\"a\" in " + files.data() + ": ",
                "the data file of model.ckpt.index, found no such file",
                "put it beside the index");
    }

    @Test
    void oneAbsentDataFileOfTwoIsRefusedByItsName() {
        CheckpointFiles.write(files.index(), twoShards());
        Path first = files.folder().resolve("model.ckpt.data-00000-of-00002");
        Path second = files.folder().resolve("model.ckpt.data-00001-of-00002");
        CheckpointFiles.write(first, new byte[8]);
        CheckpointFiles.assertRefused(files.index(), "\"b\" in " + second + ": ", "no such file");
    }

    @Test
    void aDataFileThatNoTensorNeedsMayBeAbsent() throws IOException {
        byte[] index = Table.of(key(0, "", Proto.header(7)), key(0, "a", entry(3, 0)));
        CheckpointFiles.write(files.index(), index);
        Path fourth = files.folder().resolve("model.ckpt.data-00003-of-00007");
        CheckpointFiles.write(fourth, new byte[8]);
        try (WeightFile file = TensorFlowCheckpoint.open(files.index())) {
            assertThat(CheckpointFiles.raw(file, "a")).hasSize(8);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 15})
    void aTruncatedDataFileIsRefused(int size) throws IOException {
        CheckpointFiles.write(files.index(), two(0, 8));
        CheckpointFiles.write(files.data(), new byte[size]);
        CheckpointFiles.assertRefused(
                files.index(),
                (size < 8 ? "\"a\"" : "\"b\"") + " in " + files.data() + ": ",
                "8 bytes from byte " + (size < 8 ? 0 : 8),
                "found a file of %d bytes".formatted(size));
    }

    @ParameterizedTest
    @ValueSource(longs = {57, 64, 65, 1L << 40, Long.MAX_VALUE - 7, Long.MAX_VALUE})
    void aTensorBeyondItsDataFileIsRefused(long offset) {
        CheckpointFiles.write(files.index(), two(0, offset));
        CheckpointFiles.write(files.data(), new byte[64]);
        CheckpointFiles.assertRefused(
                files.index(),
                "\"b\" in " + files.data() + ": ",
                "8 bytes from byte %d on, found a file of 64 bytes".formatted(offset));
    }

    @Test
    void aFolderInPlaceOfADataFileIsRefused() throws IOException {
        CheckpointFiles.write(files.index(), two(0, 0));
        Files.createDirectory(files.data());
        CheckpointFiles.assertRefused(files.index(), files.data() + ": ", "found a folder");
    }

    @Test
    void aDataFileWithoutPermissionIsRefused() throws IOException {
        CheckpointFiles.write(files.index(), two(0, 0));
        CheckpointFiles.write(files.data(), new byte[8]);
        Files.setPosixFilePermissions(files.data(), PosixFilePermissions.fromString("-wx-wx-wx"));
        assumeFalse(Files.isReadable(files.data()), "this user may read every file: not tested");
        CheckpointFiles.assertRefused(files.index(), files.data() + ": ", "no permission");
    }

    @Test
    void filesMayBeSymbolicLinksToElsewhere() throws IOException {
        Path elsewhere = Files.createDirectory(files.folder().resolve("blobs"));
        Path index = elsewhere.resolve("1234");
        Path data = elsewhere.resolve("5678");
        CheckpointFiles.write(index, two(0, 0));
        CheckpointFiles.write(data, new byte[8]);
        Files.createSymbolicLink(files.index(), index);
        Files.createSymbolicLink(files.data(), data);
        try (WeightFile file = TensorFlowCheckpoint.open(files.index())) {
            assertThat(CheckpointFiles.raw(file, "a")).hasSize(8);
        }
    }

    /** Tensors a and b of eight zero bytes each. */
    private static byte[] two(long offset, long other) {
        return Table.of(
                key(0, "", Proto.header(1)),
                key(0, "a", entry(0, offset)),
                key(0, "b", entry(0, other)));
    }

    private static byte[] twoShards() {
        return Table.of(
                concat(key(0, "", Proto.header(2)), key(0, "a", entry(0, 0))),
                key(0, "b", entry(1, 0)));
    }

    private static byte[] entry(long shard, long offset) {
        return Proto.entry(1, new long[] {2}, shard, offset, 8, Proto.crc(new byte[8]));
    }

    private List<Path> openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors
                    .map(DataShardsTest::target)
                    .filter(file -> file.startsWith(files.folder()) && Files.isRegularFile(file))
                    .toList();
        }
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException closedMeanwhile) {
            return descriptor;
        }
    }
}
