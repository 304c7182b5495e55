package io.forestage.weights.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TestFiles;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsFileTest {

    /** More than one chunk of each type, and not a whole number of chunks. */
    private static final int MANY = 200_003;

    private final Path folder;

    SafetensorsFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Nothing depends on the type of a tensor that nobody asks for. */
    @ParameterizedTest
    @CsvSource({
        "F8_E8M0, [4], F8_E8M0, 4",
        "C64, [1], C64, 1",
        "F4, '[2,8]', OTHER, 8",
        "F6_E2M3, [8], OTHER, 6",
        "F8_E4M3FNUZ, [8], OTHER, 8"
    })
    void aTensorOfANewTypeIsListed(String dtype, String shape, ElementType type, long elements)
            throws IOException {
        long bytes = elements * type.bytes();
        String header =
                "{\"__metadata__\":null,\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%d]},\"wte.weight\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[%d,%d]}}"
                        .formatted(dtype, shape, bytes, bytes, bytes + 4);
        Path path = TestFiles.write(folder, TestFiles.safetensors(header, (int) bytes + 4));
        try (WeightFile file = SafetensorsFile.open(path)) {
            assertThat(file.require("a").type()).isEqualTo(type);
            assertThat(file.require("a").byteSize()).isEqualTo(bytes);
            assertThat(file.require("wte.weight").type()).isEqualTo(ElementType.F32);
        }
    }

    @Test
    void readsFilesOfAnotherImplementation() throws IOException {
        try (WeightFile file = open(TestFiles.resource("tiny.safetensors"))) {
            assertThat(file.metadata())
                    .containsExactly(
                            Map.entry("format", "pt"), Map.entry("made by", "make_fixtures.py"));
            assertThat(file.tensors())
                    .extracting(TensorEntry::name)
                    .containsExactly(
                            "double",
                            "ids",
                            "empty",
                            "wte.weight",
                            "größe",
                            "wpe.weight",
                            "brain",
                            "mask");
            assertThat(file.require("ids").shape()).containsExactly(2L, 1L);
            assertThat(floats(file, "double")).containsExactly(1 / 3f, Float.NEGATIVE_INFINITY);
            assertThat(floats(file, "empty")).isEmpty();
            assertThat(floats(file, "wte.weight"))
                    .containsExactly(0.5f, -1.25f, 3f, 1e-40f, 0.1f, -0f);
            assertThat(floats(file, "größe")).containsExactly(1.8f);
            assertThat(floats(file, "wpe.weight")).containsExactly(1.5f, -2f, 65504f, 0x1p-24f);
            assertThat(floats(file, "brain")).containsExactly(1f, -3.140625f);
            assertThat(raw(file, "mask")).containsExactly(1, 0, 1);
            assertThat(ByteBuffer.wrap(raw(file, "ids")).order(ByteOrder.LITTLE_ENDIAN).getLong())
                    .isEqualTo(50256);
        }
    }

    @Test
    void metadataAndTensorsCannotBeChanged() throws WeightFileException {
        try (WeightFile file = open(TestFiles.resource("tiny.safetensors"))) {
            assertThat(file.tensors()).isUnmodifiable();
            assertThat(file.metadata()).isUnmodifiable();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "F32", "F64"})
    void floatsOfManyChunksKeepTheirOrder(ElementType type) throws IOException {
        byte[] bytes = new byte[MANY * type.bytes()];
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        float[] expected = new float[MANY];
        for (int i = 0; i < MANY; i++) {
            // 0 to 127 is exact in all four types.
            expected[i] = i * 31 % 128;
            switch (type) {
                case F16 -> data.putShort(halfOf(i * 31 % 128));
                case BF16 -> data.putShort((short) (Float.floatToRawIntBits(expected[i]) >>> 16));
                case F32 -> data.putFloat(expected[i]);
                default -> data.putDouble(expected[i]);
            }
        }
        try (WeightFile file = open(one(type, MANY, bytes))) {
            assertThat(floats(file, "a")).isEqualTo(expected);
            assertThat(raw(file, "a")).isEqualTo(bytes);
        }
    }

    /** Computes the float16 of an integer below 2048 by definition. */
    private static short halfOf(int whole) {
        if (whole == 0) {
            return 0;
        }
        int exponent = 31 - Integer.numberOfLeadingZeros(whole);
        return (short) ((exponent + 15) << 10 | (whole << (10 - exponent) & 0x3ff));
    }

    @Test
    void theBufferMayBeDirectAndItsPositionAdvances() throws WeightFileException {
        try (WeightFile file = open(TestFiles.resource("tiny.safetensors"))) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(64).position(3);
            file.readFloats(file.require("wte.weight"), buffer);
            assertThat(buffer.position()).isEqualTo(3 + 6 * Float.BYTES);
            assertThat(buffer.limit()).isEqualTo(64);
            assertThat(buffer.order(ByteOrder.nativeOrder()).getFloat(3 + 4)).isEqualTo(-1.25f);
        }
    }

    @Test
    void theFloatsAreInNativeOrderWhateverTheBuffersOrder() throws WeightFileException {
        try (WeightFile file = open(TestFiles.resource("tiny.safetensors"))) {
            for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                ByteBuffer buffer = ByteBuffer.allocate(8).order(order);
                file.readFloats(file.require("brain"), buffer);
                assertThat(buffer.order()).isEqualTo(order);
                assertThat(buffer.order(ByteOrder.nativeOrder()).getFloat(4)).isEqualTo(-3.140625f);
            }
        }
    }

    @Test
    void aBufferThatIsTooSmallOrReadOnlyIsRefused() throws WeightFileException {
        try (WeightFile file = open(TestFiles.resource("tiny.safetensors"))) {
            TensorEntry wte = file.require("wte.weight");
            ByteBuffer full = ByteBuffer.allocate(24);
            for (ByteBuffer buffer :
                    List.of(ByteBuffer.allocate(23), full.asReadOnlyBuffer(), full.position(1))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> file.readFloats(wte, buffer))
                        .withMessageContaining("wte.weight")
                        .withMessageContaining("room for 6 floats");
            }
        }
    }

    @Test
    void aTensorOfAnotherFileIsRefused() throws WeightFileException {
        try (WeightFile file = open(TestFiles.resource("tiny.safetensors"))) {
            TensorEntry own = file.require("wte.weight");
            TensorEntry moved = new TensorEntry(own.name(), own.type(), List.of(6L));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> file.readFloats(moved, ByteBuffer.allocate(24)))
                    .withMessageContaining("expected a tensor of " + file.path());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> raw(file, moved))
                    .withMessageContaining("expected a tensor of " + file.path());
        }
    }

    @Test
    void integersAreNotReadAsFloats() throws WeightFileException {
        try (WeightFile file = open(TestFiles.resource("tiny.safetensors"))) {
            assertRefused(
                    () -> file.readFloats(file.require("ids"), ByteBuffer.allocate(8)),
                    "\"ids\" in ",
                    "expected F16, BF16, F32 or F64, found I64");
        }
    }

    @Test
    void anAbsentTensorIsReportedWithSomeExistingNames() throws WeightFileException {
        try (WeightFile file = open(TestFiles.resource("tiny.safetensors"))) {
            assertThat(file.find("wte")).isEmpty();
            assertRefused(
                    () -> file.require("wte"),
                    "\"wte\" in " + file.path() + ": expected \"wte\", found 8 tensors",
                    "among them \"double\", \"ids\", \"empty\", \"wte.weight\", \"größe\";");
        }
        try (WeightFile file = open(TestFiles.safetensors("{}", 0))) {
            assertRefused(() -> file.require("wte"), "found a file without tensors");
        }
    }

    @Test
    void aFileThatShrinksIsReported() throws IOException {
        try (WeightFile file = open(one(ElementType.F32, MANY, new byte[MANY * 4]))) {
            TensorEntry entry = file.require("a");
            try (RandomAccessFile same = new RandomAccessFile(file.path().toFile(), "rw")) {
                same.setLength(file.size() - 1);
            }
            String expected = "expected a file of " + file.size() + " bytes";
            ByteBuffer buffer = ByteBuffer.allocate(MANY * 4);
            assertRefused(
                    () -> file.readFloats(entry, buffer), "\"a\" in ", expected, "load it again");
            assertThat(buffer.position()).isZero();
            assertRefused(() -> raw(file, entry), "\"a\" in ", expected, "load it again");
            assertRefused(file::requireUnchanged, "it was replaced during reading");
        }
    }

    @Test
    void aFileThatIsReplacedIsReadToItsEndAndThenReported() throws IOException {
        try (WeightFile file = open(one(ElementType.U8, 3, new byte[] {1, 2, 3}))) {
            file.requireUnchanged();
            FileTime modified = Files.getLastModifiedTime(file.path());
            Path other = Files.write(folder.resolve("other"), one(ElementType.U8, 3, new byte[3]));
            Files.setLastModifiedTime(other, modified);
            Files.move(other, file.path(), StandardCopyOption.REPLACE_EXISTING);
            assertThat(raw(file, "a")).containsExactly(1, 2, 3);
            assertRefused(
                    file::requireUnchanged,
                    file.path().toString(),
                    "expected the file that was opened, of " + file.size() + " bytes",
                    "it was replaced during reading; load it again");
        }
    }

    @Test
    void aFileThatIsModifiedOrDeletedIsReported() throws IOException {
        try (WeightFile file = open(one(ElementType.U8, 3, new byte[3]))) {
            FileTime before = Files.getLastModifiedTime(file.path());
            Files.setLastModifiedTime(file.path(), FileTime.fromMillis(before.toMillis() + 5000));
            assertRefused(
                    file::requireUnchanged, "found another file of " + file.size() + " bytes");
            Files.setLastModifiedTime(file.path(), before);
            file.requireUnchanged();
            Files.write(file.path(), new byte[1], StandardOpenOption.APPEND);
            assertRefused(
                    file::requireUnchanged,
                    "found another file of " + (file.size() + 1) + " bytes");
            Files.delete(file.path());
            assertRefused(file::requireUnchanged, "found no readable file", "load it again");
        }
    }

    @Test
    void anInterruptedThreadIsReported() throws WeightFileException {
        try (WeightFile file = open(one(ElementType.F32, 1, new byte[4]))) {
            TensorEntry entry = file.require("a");
            Thread.currentThread().interrupt();
            try {
                assertRefused(
                        () -> file.readFloats(entry, ByteBuffer.allocate(4)),
                        "\"a\" in ",
                        "found the thread interrupted; open it again");
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            assertRefused(() -> raw(file, entry), "found a closed file", "open it again");
        }
    }

    @Test
    void aClosedFileIsReported() throws WeightFileException {
        WeightFile file = open(one(ElementType.F32, 1, new byte[4]));
        file.close();
        file.close();
        assertRefused(() -> raw(file, "a"), "\"a\" in ", "found a closed file");
    }

    @Test
    void onlyReadableFilesAreAccepted() throws IOException, InterruptedException {
        assertUnreadable(folder.resolve("none"), "found no such file; check the path");
        assertUnreadable(folder, "found a folder; name the file inside it");
        Path loop = folder.resolve("loop");
        Files.createSymbolicLink(loop, loop);
        assertUnreadable(loop, "symbolic links");
        Path file = Files.createFile(folder.resolve("file"));
        assertUnreadable(file, "found an empty file");
        assertUnreadable(file.resolve("below"), "found Not a directory");
        Path pipe = folder.resolve("pipe");
        assumeTrue(makesPipe(pipe), "no mkfifo here: opening a pipe is not tested");
        assertUnreadable(pipe, "found a device or pipe");
    }

    @Test
    void aFileWithoutPermissionIsRefused() throws IOException {
        Path path = TestFiles.write(folder, TestFiles.safetensors("{}", 0));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("-wx-wx-wx"));
        assumeFalse(Files.isReadable(path), "this user may read every file: not tested");
        assertUnreadable(path, "found no permission to read it");
    }

    @Test
    void aTensorBeyondFourGibibytesIsRead() throws IOException {
        long large = 5L << 30;
        String header =
                """
                {"large":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]},\
                "small":{"dtype":"F32","shape":[2],"data_offsets":[%d,%d]}}\
                """
                        .formatted(large / 4, large, large, large + 8);
        Path path = TestFiles.write(folder, TestFiles.safetensors(header, 0));
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.seek(8 + header.length() + large);
            sparse.write(TestFiles.floats(1.5f, -2.5f).array());
        }
        try (WeightFile file = SafetensorsFile.open(path)) {
            assertThat(file.size()).isEqualTo(8 + header.length() + large + 8);
            assertThat(file.require("large").elementCount()).isEqualTo(large / 4);
            assertThat(floats(file, "small")).containsExactly(1.5f, -2.5f);
            file.requireUnchanged();
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> file.readFloats(file.require("large"), ByteBuffer.allocate(4)))
                    .withMessageContaining("room for 1342177280 floats");
        }
    }

    private static boolean makesPipe(Path pipe) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    private WeightFile open(byte[] bytes) throws WeightFileException {
        return SafetensorsFile.open(TestFiles.write(folder, bytes));
    }

    private static byte[] one(ElementType type, int elements, byte[] data) {
        String header =
                "{\"a\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
                        .formatted(type, elements, data.length);
        return TestFiles.safetensors(header.getBytes(StandardCharsets.UTF_8), data);
    }

    private static float[] floats(WeightFile file, String name) throws WeightFileException {
        TensorEntry entry = file.require(name);
        float[] values = new float[(int) entry.elementCount()];
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES);
        file.readFloats(entry, buffer);
        buffer.flip().order(ByteOrder.nativeOrder()).asFloatBuffer().get(values);
        return values;
    }

    private static byte[] raw(WeightFile file, String name) throws IOException {
        return raw(file, file.require(name));
    }

    private static byte[] raw(WeightFile file, TensorEntry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        file.transferTo(entry, Channels.newChannel(bytes));
        return bytes.toByteArray();
    }

    private static void assertUnreadable(Path path, String found) {
        assertRefused(() -> SafetensorsFile.open(path), path + ": expected ", found);
    }

    private static void assertRefused(ThrowingCallable reading, String... words) {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(reading)
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(words));
    }
}
