package io.forestage.weights.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.weights.ElementType;
import io.forestage.weights.FileBytes;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tensor's checksum is verified before any byte is returned, however they are read. */
class CheckedBytesTest {

    /** Several chunks, the last one not full; not at the start of the file. */
    private static final int SIZE = 600_004;

    private static final int OFFSET = 5;

    private final CheckpointFiles files;
    private final byte[] data = new byte[OFFSET + SIZE + 3];

    CheckedBytesTest(@TempDir Path folder) {
        this.files = new CheckpointFiles(folder);
        new Random(11).nextBytes(data);
    }

    @Test
    void aValidTensorCanBeReadRepeatedly() throws IOException {
        try (WeightFile file = files.open(index(), data)) {
            assertThat(CheckpointFiles.raw(file, "a")).isEqualTo(tensor());
            assertThat(CheckpointFiles.raw(file, "a")).isEqualTo(tensor());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 300_000, SIZE - 1})
    void aWrongBitIsReportedBeforeAnyByteAndOnEveryRead(int at) throws IOException {
        byte[] index = index();
        data[OFFSET + at] ^= 1;
        try (WeightFile file = files.open(index, data)) {
            for (int attempt = 0; attempt < 2; attempt++) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                assertThatExceptionOfType(WeightFileException.class)
                        .isThrownBy(
                                () -> file.transferTo(file.require("a"), Channels.newChannel(out)))
                        .withMessageStartingWith(
                                "\"a\" in " + files.data() + ": expected bytes with")
                        .withMessageContaining("masked CRC-32C ")
                        .withMessageEndingWith("; the file is damaged; fetch or write it again");
                assertThat(out.size()).isZero();
            }
        }
    }

    @Test
    void wrongBitsBesideATensorAreIgnored() throws IOException {
        byte[] index = index();
        data[OFFSET - 1] ^= 1;
        data[OFFSET + SIZE] ^= 1;
        try (WeightFile file = files.open(index, data)) {
            assertThat(CheckpointFiles.raw(file, "a")).isEqualTo(tensor());
        }
    }

    @Test
    void aWrongChecksumInTheIndexIsReported() throws IOException {
        byte[] entry = Proto.entry(1, new long[] {SIZE / 4}, 0, OFFSET, SIZE, 0);
        try (WeightFile file = files.open(Table.of("a", entry), data)) {
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> CheckpointFiles.raw(file, "a"))
                    .withMessageContaining("expected bytes with masked CRC-32C 00000000, found ");
        }
    }

    @Test
    void theFirstReadMayBeAnywhere() throws IOException {
        CheckpointFiles.write(files.data(), data);
        try (FileBytes file = FileBytes.open(files.data())) {
            for (int position : new int[] {0, 299_999, SIZE - 7}) {
                byte[] found = new byte[7];
                checked(file).read("a", position, ByteBuffer.wrap(found));
                assertThat(found).isEqualTo(Arrays.copyOfRange(tensor(), position, position + 7));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, SIZE - 6, SIZE, Long.MAX_VALUE, Long.MIN_VALUE})
    void bytesBesideTheTensorAreNotRead(long position) throws IOException {
        CheckpointFiles.write(files.data(), data);
        try (FileBytes file = FileBytes.open(files.data())) {
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> checked(file).read("a", position, ByteBuffer.allocate(7)))
                    .withMessageContaining("a read within %d bytes".formatted(SIZE));
        }
    }

    @Test
    void severalThreadsMayReadATensorAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (WeightFile file = files.open(index(), data)) {
            List<Future<byte[]>> readers = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                readers.add(threads.submit(() -> CheckpointFiles.raw(file, "a")));
            }
            for (Future<byte[]> reader : readers) {
                assertThat(reader.get()).isEqualTo(tensor());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private CheckedBytes checked(FileBytes file) {
        TensorEntry entry = new TensorEntry("a", ElementType.F32, List.of(SIZE / 4L));
        return new CheckedBytes(file, new BundleEntry(entry, 0, OFFSET, Proto.crc(tensor())));
    }

    private byte[] index() {
        return Table.of("a", Proto.floats(OFFSET, tensor(), SIZE / 4));
    }

    private byte[] tensor() {
        return Arrays.copyOfRange(data, OFFSET, OFFSET + SIZE);
    }
}
