package io.forestage.weights.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forestage.testing.RawZip;
import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipArchiveTest {

    /** More entries than passes are kept at once. */
    private static final int MANY = 20;

    private final Path file;

    ZipArchiveTest(@TempDir Path folder) {
        file = folder.resolve("file.zip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stored.zip", "deflated.zip", "streamed.zip", "zip64.zip"})
    void readsZipsOfAnotherProgram(String fixture) throws IOException {
        try (ZipArchive zip = open(resource(fixture))) {
            assertThat(zip.entries())
                    .extracting(ZipArchive.Entry::name)
                    .containsExactly("folder/squares", "größe");
            assertThat(zip.entries()).isUnmodifiable();
            for (ZipArchive.Entry entry : zip.entries()) {
                byte[] expected = content(entry.name());
                assertThat(entry.isDeflated()).isEqualTo(!fixture.equals("stored.zip"));
                assertThat(entry.size()).isEqualTo(expected.length);
                assertThat(all(zip.bytes(entry))).isEqualTo(expected);
                assertThat(all(zip.bytesInAnyOrder(entry))).isEqualTo(expected);
            }
            assertThat(zip.size()).isEqualTo(Files.size(file));
            zip.requireUnchanged();
        }
    }

    /** The same content as in make_fixtures.py. */
    private static byte[] content(String name) {
        if (name.equals("größe")) {
            return "1.80".getBytes(StandardCharsets.UTF_8);
        }
        byte[] squares = new byte[100_003];
        for (long i = 0; i < squares.length; i++) {
            squares[(int) i] = (byte) ((i * i) >> 12);
        }
        return squares;
    }

    @Test
    void anEntryIsFoundByItsWholeName() throws IOException {
        try (ZipArchive zip = open(resource("stored.zip"))) {
            assertThat(zip.find("folder/squares")).contains(zip.entries().get(0));
            assertThat(zip.find("squares")).isEmpty();
        }
    }

    @Test
    void storedBytesLieUnchangedInTheFile() throws IOException {
        byte[] bytes = resource("stored.zip");
        try (ZipArchive zip = open(bytes)) {
            for (ZipArchive.Entry entry : zip.entries()) {
                int start = (int) entry.dataOffset();
                assertThat(Arrays.copyOfRange(bytes, start, start + (int) entry.size()))
                        .isEqualTo(content(entry.name()));
            }
            ByteBuffer first = ByteBuffer.allocate(4);
            zip.read(null, 0, first);
            assertThat(first.array()).containsExactly('P', 'K', 3, 4);
        }
    }

    @Test
    void aZipMayBeEmpty() throws IOException {
        try (ZipArchive zip = open(RawZip.of().bytes())) {
            assertThat(zip.entries()).isEmpty();
        }
    }

    @Test
    void aCommentMayContainTheEndRecordsSignature() throws IOException {
        RawZip raw = RawZip.of(RawZip.stored("a", new byte[3]));
        byte[] comment = "PK\5\6, and all of a record after it".getBytes(StandardCharsets.UTF_8);
        raw.set16(raw.end(20), comment.length);
        try (ZipArchive zip = open(raw.withInserted(raw.end(22), comment))) {
            assertThat(zip.entries()).hasSize(1);
        }
    }

    @Test
    void emptyEntriesAndFoldersAreEntriesOfNoBytes() throws IOException {
        byte[] none = new byte[0];
        try (ZipArchive zip =
                open(
                        RawZip.of(RawZip.stored("folder/", none), RawZip.deflated("a", none))
                                .bytes())) {
            for (ZipArchive.Entry entry : zip.entries()) {
                assertThat(all(zip.bytes(entry))).isEmpty();
                assertThat(all(zip.bytesInAnyOrder(entry))).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyEntriesAreReadInAnyOrder(boolean inAnyOrder) throws IOException {
        Random random = new Random(11);
        List<byte[]> contents = contents(random);
        try (ZipArchive zip = open(zipOf(contents))) {
            List<ByteSource> sources =
                    zip.entries().stream()
                            .map(each -> inAnyOrder ? zip.bytesInAnyOrder(each) : zip.bytes(each))
                            .toList();
            for (int turn = 0; turn < 400; turn++) {
                int which = random.nextInt(MANY);
                byte[] content = contents.get(which);
                int from = random.nextInt(content.length);
                int to = from + random.nextInt(content.length + 1 - from);
                ByteBuffer piece = ByteBuffer.allocate(to - from);
                sources.get(which).read(null, from, piece);
                assertThat(piece.hasRemaining()).isFalse();
                assertThat(piece.array()).isEqualTo(Arrays.copyOfRange(content, from, to));
            }
        }
    }

    /** Some are incompressible, so that their packed bytes need several reads too. */
    private static List<byte[]> contents(Random random) {
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            byte[] content = new byte[1000 + i * 200];
            random.nextBytes(content);
            contents.add(content);
        }
        byte[] large = new byte[200_000];
        random.nextBytes(large);
        contents.set(7, large);
        contents.set(8, new byte[200_000]);
        return contents;
    }

    private static byte[] zipOf(List<byte[]> contents) {
        RawZip.Entry[] entries = new RawZip.Entry[contents.size()];
        for (int i = 0; i < entries.length; i++) {
            entries[i] =
                    i % 5 == 4
                            ? RawZip.stored("entry" + i, contents.get(i))
                            : RawZip.deflated("entry" + i, contents.get(i));
        }
        return RawZip.of(entries).bytes();
    }

    @Test
    void manyThreadsReadAtOnce() throws Exception {
        List<byte[]> contents = contents(new Random(12));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (ZipArchive zip = open(zipOf(contents))) {
            List<Callable<Void>> reads = new ArrayList<>();
            for (int i = 0; i < 4 * MANY; i++) {
                ZipArchive.Entry entry = zip.entries().get(i % MANY);
                byte[] expected = contents.get(i % MANY);
                ByteSource bytes = i % 2 == 0 ? zip.bytes(entry) : zip.bytesInAnyOrder(entry);
                reads.add(
                        () -> {
                            assertThat(all(bytes)).isEqualTo(expected);
                            return null;
                        });
            }
            for (Future<Void> read : threads.invokeAll(reads)) {
                read.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void theTemporaryFileIsDeletedWhenTheArchiveIsClosed() throws IOException {
        assumeTrue(
                Files.isDirectory(Path.of("/proc/self/fd")),
                "no /proc here: open temporary files are not counted");
        long before = openTemporaryFiles();
        try (ZipArchive zip = open(resource("deflated.zip"))) {
            assertThat(openTemporaryFiles()).isEqualTo(before);
            for (ZipArchive.Entry entry : zip.entries()) {
                all(zip.bytesInAnyOrder(entry));
            }
            assertThat(openTemporaryFiles()).isEqualTo(before + 1);
        }
        assertThat(openTemporaryFiles()).isEqualTo(before);
    }

    private static long openTemporaryFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(ZipArchiveTest::target)
                    .filter(target -> target.contains("/forestage-") && target.contains(".tmp"))
                    .count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException alreadyClosed) {
            return "";
        }
    }

    @Test
    void aClosedArchiveIsNotRead() throws IOException {
        ZipArchive zip = open(resource("deflated.zip"));
        ByteSource forward = zip.bytes(zip.entries().get(0));
        ByteSource unpacked = zip.bytesInAnyOrder(zip.entries().get(0));
        forward.read(null, 0, ByteBuffer.allocate(10));
        unpacked.read(null, 0, ByteBuffer.allocate(10));
        zip.close();
        zip.close();
        assertRefused(forward, 10, "found a closed file");
        assertRefused(unpacked, 10, "found a file closed by close()");
    }

    @Test
    void bytesBeyondAnEntryAreRefused() throws IOException {
        try (ZipArchive zip = open(resource("stored.zip"))) {
            ByteSource bytes = zip.bytes(zip.entries().get(1));
            bytes.read(null, 0, ByteBuffer.allocate(4));
            assertRefused(bytes, 1, "\"größe\" in ");
            assertRefused(bytes, -1, "expected 4 bytes from byte -1 on, found an entry of 4 bytes");
            assertRefused(bytes, Long.MAX_VALUE, "found an entry of 4");
        }
    }

    @Test
    void anEntryOfAnotherArchiveIsRefused() throws IOException {
        try (ZipArchive zip = open(resource("stored.zip"))) {
            ZipArchive.Entry other = new ZipArchive.Entry("größe", false, 0, 4, 4, 30);
            assertThatIllegalArgumentException().isThrownBy(() -> zip.bytes(other));
            assertThatIllegalArgumentException().isThrownBy(() -> zip.bytesInAnyOrder(other));
        }
    }

    private static void assertRefused(ByteSource bytes, long position, String message) {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> bytes.read(null, position, ByteBuffer.allocate(4)))
                .withMessageContaining(message);
    }

    private ZipArchive open(byte[] bytes) throws IOException {
        return ZipArchive.open(FileBytes.open(Files.write(file, bytes)));
    }

    private static byte[] all(ByteSource bytes) throws WeightFileException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(bytes.size()));
        bytes.read(null, 0, all);
        return all.array();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ZipArchiveTest.class.getResourceAsStream("/weights/zip/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
