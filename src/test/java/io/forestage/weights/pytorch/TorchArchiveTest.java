package io.forestage.weights.pytorch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile zip files: each is refused with one line that names the problem. */
class TorchArchiveTest {

    private static final byte[] PICKLE =
            TestPickle.begin().ops("}").text("a").tensor().ops("s.").bytes();

    private static final byte[] STORAGE = new byte[TestPickle.STORAGE_BYTES];

    private static final byte[] NONE = {};

    private final Refusals refusals;

    TorchArchiveTest(@TempDir Path folder) {
        refusals = new Refusals(folder);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void anArchiveIsRefusedFor(String what, TestZip zip, String message) {
        refusals.assertRefused(zip.bytes(), message);
    }

    static Stream<Arguments> anArchiveIsRefusedFor() {
        return Stream.of(
                // The end record and what it refers to.
                zip("junk after it", valid().end(end -> end.putShort(20, (short) 1))),
                zip("parts", valid().end(end -> end.putShort(4, (short) 1))),
                zip("a directory elsewhere", valid().end(end -> end.putShort(6, (short) 1))),
                zip("entries elsewhere", valid().end(end -> end.putShort(8, (short) 1))),
                zip(
                        "too few entries",
                        valid().end(end -> end.putShort(8, (short) 1).putShort(10, (short) 1))),
                zip(
                        "too many entries",
                        valid().end(end -> end.putShort(8, (short) 9).putShort(10, (short) 9))),
                zip(
                        "a directory too early",
                        valid().end(end -> end.putInt(16, end.getInt(16) - 1))),
                zip("a directory beyond it all", valid().end(end -> end.putInt(16, -1))),
                zip("bytes before its end", valid().beforeEnd(new byte[1])),
                zip("no entries", new TestZip().comment(NONE)),
                // The directory's fields.
                storage("a signature", entry -> entry.signature++),
                storage("encryption", entry -> entry.flags = 1),
                storage("strong encryption", entry -> entry.flags = 1 << 6),
                storage("a hidden header", entry -> entry.flags = 1 << 13),
                storage("encryption in the header only", entry -> entry.localFlags = 1),
                storage("a compression method", entry -> entry.method = entry.localMethod = 14),
                storage("a part", entry -> entry.part = 3),
                storage("a size beyond what it takes", entry -> entry.size = entry.localSize = 49),
                storage("a size below what it takes", entry -> entry.size = entry.localSize = 47),
                storage(
                        "bytes beyond the directory",
                        entry -> entry.size = entry.packedSize = 1 << 20),
                storage("a header beyond it", entry -> entry.header = 1 << 20),
                storage(
                        "an extra field up to the directory",
                        entry -> {
                            entry.localExtra = new byte[9];
                            entry.data = new byte[0];
                        }),
                // The header against the directory.
                storage("a header's signature", entry -> entry.localSignature++),
                storage("a header's name", entry -> entry.localName = "a/data/1".getBytes(UTF_8)),
                storage(
                        "a header's longer name",
                        entry -> entry.localName = "a/data/00".getBytes(UTF_8)),
                storage("a header's method", entry -> entry.localMethod = 8),
                storage("a header's size", entry -> entry.localSize++),
                storage("a header's packed size", entry -> entry.localPackedSize--),
                storage("a header's checksum", entry -> entry.localCrc++),
                storage("an overlap", entry -> entry.header = 0),
                // Names.
                named("../a/data/0"),
                named("a/../data/0"),
                named("a/data/.."),
                named("/data/0"),
                named("a\\data"),
                named("a\0b"),
                named(""),
                named("a".repeat(1025)),
                zip("a name twice", valid().add("a/data/0", NONE)),
                zip(
                        "a name of no text",
                        valid().add("x", NONE, entry -> entry.name = new byte[] {-1})),
                // Required entries.
                arguments(
                        "no pickle",
                        new TestZip().add("a/config.json", NONE).add("b", NONE),
                        "one folder with data.pkl, found \"a/config.json\", \"b\"; name the"),
                arguments("a pickle in no folder", new TestZip().add("data.pkl", PICKLE), "folder"),
                arguments("a pickle deep", new TestZip().add("a/b/data.pkl", PICKLE), "one folder"),
                arguments("two", valid().add("b/data.pkl", PICKLE), "found \"a/data.pkl\", \"b/"),
                arguments("constants", valid().add("a/constants.pkl", NONE), "a TorchScript"),
                arguments("code", valid().add("a/code/__torch__.py", NONE), "a TorchScript"),
                arguments(
                        "a byte order",
                        valid().add("a/byteorder", "middle".getBytes(UTF_8)),
                        "little or big in entry \"a/byteorder\", found \"middle\""),
                zip(
                        "a pickle's checksum",
                        new TestZip()
                                .add("a/data.pkl", PICKLE, entry -> entry.localCrc = ++entry.crc)),
                // Deflated.
                deflatedPickle(
                        "a ratio that deflate cannot reach",
                        entry -> entry.size = entry.localSize = 1033 * entry.packedSize),
                deflatedPickle(
                        "more than it declares",
                        entry -> entry.size = entry.localSize = PICKLE.length - 1),
                deflatedPickle(
                        "less than it declares",
                        entry -> entry.size = entry.localSize = PICKLE.length + 1),
                deflatedPickle("another checksum", entry -> entry.localCrc = ++entry.crc),
                deflatedPickle("no deflate", entry -> Arrays.fill(entry.data, (byte) -1)),
                deflatedPickle(
                        "an end within",
                        entry -> {
                            entry.data = Arrays.copyOf(entry.data, 40);
                            entry.packedSize = entry.localPackedSize = 40;
                        }),
                deflatedPickle(
                        "bytes after its end",
                        entry -> {
                            entry.data = Arrays.copyOf(entry.data, entry.data.length + 1);
                            entry.packedSize = entry.localPackedSize = entry.data.length;
                        }));
    }

    @Test
    void aValidArchiveIsRead() throws WeightFileException {
        assertReads(valid());
    }

    @Test
    void entriesOfOtherProgramsAreIgnored() throws WeightFileException {
        assertReads(valid().comment("PK\005\006 a comment".getBytes(UTF_8)));
        assertReads(valid().add("a/", NONE).add("a/.data/serialization_id", STORAGE));
        assertReads(
                valid().add(
                                "a/version",
                                "3\n".getBytes(UTF_8),
                                entry -> entry.extra = new byte[9]));
        assertReads(new TestZip().add("größe/data.pkl", PICKLE).add("größe/data/0", STORAGE));
    }

    @Test
    void anArchiveWithoutChecksumsIsRead() throws WeightFileException {
        assertReads(
                new TestZip()
                        .add("a/data.pkl", PICKLE, entry -> entry.crc = entry.localCrc = 0)
                        .add("a/data/0", STORAGE));
    }

    @Test
    void sizesThatFollowTheBytesMayBeZeroInTheHeader() throws WeightFileException {
        assertReads(storageWith(TorchArchiveTest::withSizesAfter));
        refusals.assertRefused(
                storageWith(
                                entry -> {
                                    withSizesAfter(entry);
                                    entry.localFlags = 0;
                                })
                        .bytes(),
                "expected a header at byte");
    }

    @Test
    void zip64SizesAreRead() throws WeightFileException {
        byte[] sizes = new byte[4 + 16];
        TestZip.littleEndian(sizes)
                .putShort(0, (short) 1)
                .putShort(2, (short) 16)
                .putLong(4, 48)
                .putLong(12, 48);
        Consumer<TestZip.Entry> wide =
                entry -> {
                    entry.size = entry.packedSize = entry.localSize = entry.localPackedSize = -1;
                    entry.extra = entry.localExtra = sizes;
                };
        assertReads(storageWith(wide));
        refusals.assertRefused(
                storageWith(wide.andThen(entry -> entry.localExtra = NONE)).bytes(), "expected ");
        refusals.assertRefused(
                storageWith(wide.andThen(entry -> entry.extra = NONE)).bytes(), "expected ");
        byte[] huge = sizes.clone();
        TestZip.littleEndian(huge).putLong(4, -1).putLong(12, -1);
        refusals.assertRefused(
                storageWith(wide.andThen(entry -> entry.extra = huge)).bytes(), "expected ");
    }

    @Test
    void aCompressedTensorIsReadForwardsAndBackwards() throws Exception {
        byte[] values = new byte[1 << 20];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) ((i * 31) >> 7);
        }
        byte[] pickle =
                TestPickle.begin()
                        .ops("}")
                        .text("whole")
                        .raw(bytesTensor(values.length, 0, values.length))
                        .ops("s")
                        .text("late")
                        .raw(bytesTensor(values.length, 1_000_000, 100))
                        .ops("s")
                        .text("early")
                        .raw(bytesTensor(values.length, 100, 100))
                        .ops("s.")
                        .bytes();
        TestZip zip =
                new TestZip()
                        .add("a/data.pkl", pickle)
                        .addDeflated("a/data/0", values, entry -> {});
        try (WeightFile file = refusals.open(zip.bytes())) {
            for (int i = 0; i < 12; i++) {
                assertThat(read(file, "late"))
                        .isEqualTo(Arrays.copyOfRange(values, 1_000_000, 1_000_100));
                assertThat(read(file, "early")).isEqualTo(Arrays.copyOfRange(values, 100, 200));
            }
            assertThat(read(file, "whole")).isEqualTo(values);
            assertThat(file.region(file.require("whole"))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aDamagedCompressedTensorIsRefusedWhenItIsRead(int more) throws WeightFileException {
        TestZip zip =
                new TestZip()
                        .add("a/data.pkl", PICKLE)
                        .addDeflated(
                                "a/data/0",
                                new byte[STORAGE.length + more],
                                entry -> {
                                    entry.size = entry.localSize = STORAGE.length;
                                    entry.crc = entry.localCrc = 7;
                                });
        try (WeightFile file = refusals.open(zip.bytes())) {
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> read(file, "a"))
                    .withMessageContaining("\"a\" in ")
                    .withMessageContaining(more == 0 ? "CRC-32 00000007" : "found more");
        }
    }

    @Test
    void tooManyEntriesAreRefused() {
        TestZip zip = valid().beforeEnd(largeEnd(1L << 20, 0)).end(end -> {});
        refusals.assertRefused(zip.bytes(), "found 1048576 entries");
        refusals.assertRefused(
                valid().beforeEnd(largeEnd(1L << 20, 0))
                        .end(end -> end.putShort(8, (short) -1).putShort(10, (short) -1))
                        .bytes(),
                "found 1048576 entries");
    }

    @Test
    void theZip64EndIsRead() throws WeightFileException {
        assertReads(valid().beforeEnd(largeEnd(2, 0)));
    }

    /** A ZIP64 end and its locator, for an archive like {@link #valid}. */
    private static byte[] largeEnd(long entries, int shift) {
        byte[] plain = valid().bytes();
        int end = plain.length - 22;
        ByteBuffer narrow = TestZip.littleEndian(plain);
        int directory = narrow.getInt(end + 16);
        byte[] bytes = new byte[56 + 20];
        TestZip.littleEndian(bytes)
                .putInt(0, 0x06064b50)
                .putLong(4, 44)
                .putLong(24, entries)
                .putLong(32, entries)
                .putLong(40, narrow.getInt(end + 12))
                .putLong(48, directory)
                .putInt(56, 0x07064b50)
                .putLong(64, end + shift)
                .putInt(72, 1);
        return bytes;
    }

    private static void withSizesAfter(TestZip.Entry entry) {
        entry.flags = entry.localFlags = 1 << 3;
        entry.localSize = entry.localPackedSize = entry.localCrc = 0;
    }

    private static byte[] bytesTensor(int count, int offset, int length) {
        return new TestPickle()
                .tensor(
                        new TestPickle().storage("ByteStorage", "0", count),
                        offset,
                        new long[] {length},
                        new long[] {1})
                .bytes();
    }

    private static byte[] read(WeightFile file, String name) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        file.transferTo(file.require(name), Channels.newChannel(bytes));
        return bytes.toByteArray();
    }

    private void assertReads(TestZip zip) throws WeightFileException {
        try (WeightFile file = refusals.open(zip.bytes())) {
            assertThat(file.tensors()).extracting(TensorEntry::name).containsExactly("a");
        }
    }

    private static TestZip valid() {
        return TestPickle.zip(PICKLE);
    }

    private static TestZip storageWith(Consumer<TestZip.Entry> change) {
        return new TestZip().add("a/data.pkl", PICKLE).add("a/data/0", STORAGE, change);
    }

    private static Arguments storage(String what, Consumer<TestZip.Entry> change) {
        return zip(what, storageWith(change));
    }

    /** An invalid zip; the tests of the zip reader check the message. */
    private static Arguments zip(String what, TestZip zip) {
        return arguments(what, zip, "expected ");
    }

    private static Arguments deflatedPickle(String what, Consumer<TestZip.Entry> change) {
        TestZip zip = new TestZip().addDeflated("a/data.pkl", PICKLE, change);
        return zip(what, zip.add("a/data/0", STORAGE));
    }

    private static Arguments named(String name) {
        return arguments(
                "the name " + (name.length() > 20 ? "of many letters" : name.replace('\0', '?')),
                valid().add(name, NONE),
                "expected entry names");
    }
}
