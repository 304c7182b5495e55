package io.forestage.weights.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.weights.FileBytes;
import io.forestage.weights.files.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks written zips with the JDK's reader, which uses other records than ours. */
class ZipWriterTest {

    private static final int MEGABYTE = 1 << 20;

    private final Path file;

    ZipWriterTest(@TempDir Path folder) {
        file = folder.resolve("file.zip");
    }

    @Test
    void theJdkReadsWrittenZips() throws IOException {
        AtomicFile.write(
                file,
                channel -> {
                    ZipWriter zip = new ZipWriter(channel);
                    zip.store("größe", 4, text("1.80"));
                    zip.store("folder/empty", 0, text(""));
                    zip.finish();
                });
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .containsExactly("größe", "folder/empty");
            assertThat(zip.getEntry("größe").getCrc()).isEqualTo(crcOf("1.80"));
            try (InputStream content = zip.getInputStream(zip.getEntry("größe"))) {
                assertThat(content).hasContent("1.80");
            }
        }
    }

    /** A reader of a stream has no directory: it needs sizes and checksums before the data. */
    @Test
    void theJdkReadsWrittenZipsFromAStream() throws IOException {
        AtomicFile.write(
                file,
                channel -> {
                    ZipWriter zip = new ZipWriter(channel);
                    zip.store("a", 4, text("1.80"));
                    zip.store("b", 0, text(""));
                    zip.finish();
                });
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            ZipEntry first = zip.getNextEntry();
            assertThat(first).isNotNull();
            assertThat(first.getCrc()).isEqualTo(crcOf("1.80"));
            assertThat(first.getSize()).isEqualTo(4);
            assertThat(zip.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("1.80");
            assertThat(zip.getNextEntry()).extracting(ZipEntry::getName).isEqualTo("b");
            assertThat(zip.getNextEntry()).isNull();
        }
    }

    @Test
    void contentThatChangesBetweenItsTwoReadingsIsRefused() {
        AtomicInteger times = new AtomicInteger();
        ZipWriter zip = new ZipWriter(nowhere());

        assertThatThrownBy(
                        () ->
                                zip.store(
                                        "a",
                                        1,
                                        entry ->
                                                entry.write(
                                                        ByteBuffer.wrap(
                                                                new byte[] {
                                                                    (byte) times.getAndIncrement()
                                                                }))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the same content twice");
    }

    @Test
    void theJdkReadsMoreThan65535Entries() throws IOException {
        int many = 66_000;
        AtomicFile.write(
                file,
                channel -> {
                    ZipWriter zip = new ZipWriter(channel);
                    for (int i = 0; i < many; i++) {
                        zip.store("entry" + i, 0, text(""));
                    }
                    zip.finish();
                });
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.size()).isEqualTo(many);
        }
        try (ZipArchive zip = ZipArchive.open(FileBytes.open(file))) {
            assertThat(zip.entries()).hasSize(many);
        }
    }

    /** The file has holes in place of zeros, and uses a few kilobytes of disk. */
    @Test
    void theJdkReadsEntriesBeyondFourGibibytes() throws IOException {
        long large = (1L << 32) + 5;
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ZipWriter zip = new ZipWriter(new Holes(channel));
            zip.store("before", 4, text("1.80"));
            zip.store("large", large, entry -> writeZeros(entry, large));
            zip.store("after", 4, text("1.80"));
            zip.finish();
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.getEntry("large").getSize()).isEqualTo(large);
            try (InputStream content = zip.getInputStream(zip.getEntry("after"))) {
                assertThat(content).hasContent("1.80");
            }
        }
        try (ZipArchive zip = ZipArchive.open(FileBytes.open(file))) {
            assertThat(zip.find("large").orElseThrow().size()).isEqualTo(large);
            ByteBuffer content = ByteBuffer.allocate(4);
            zip.bytes(zip.find("after").orElseThrow()).read(null, 0, content);
            assertThat(content.array()).isEqualTo("1.80".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void contentOfAnotherSizeIsRefused() {
        ZipWriter zip = new ZipWriter(nowhere());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> zip.store("a", 5, text("1.80")))
                .withMessage("\"a\": expected content of 5 bytes, found 4");
    }

    private static WritableByteChannel nowhere() {
        return Channels.newChannel(OutputStream.nullOutputStream());
    }

    private static AtomicFile.Content text(String text) {
        return channel -> channel.write(StandardCharsets.UTF_8.encode(text));
    }

    private static long crcOf(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    private static void writeZeros(WritableByteChannel channel, long count) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(MEGABYTE);
        for (long left = count; left > 0; left -= zeros.limit()) {
            channel.write(zeros.clear().limit((int) Math.min(MEGABYTE, left)));
        }
    }

    /** A file in which whole megabytes are skipped. */
    private record Holes(FileChannel file) implements WritableByteChannel {

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            if (count < MEGABYTE) {
                return file.write(bytes);
            }
            file.position(file.position() + count);
            bytes.position(bytes.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
