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

/** Damaged and hostile zip files: each is refused in one line that tells what is wrong. */
class ZipArchiveTest {

    private static final byte[] PICKLE =
            TestPickle.begin().ops("}").text("a").tensor().ops("s.").bytes();

    private static final byte[] STORAGE = new byte[TestPickle.STORAGE_BYTES];

    private static final byte[] NONE = {};

    private final Refusals refusals;

    ZipArchiveTest(@TempDir Path folder) {
        refusals = new Refusals(folder);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void anArchiveIsRefusedFor(String what, TestZip zip, String message) {
        refusals.assertRefused(zip.bytes(), message);
    }

    static Stream<Arguments> anArchiveIsRefusedFor() {
        return Stream.of(
                // The end and what it refers to.
                arguments("junk after it", sound().end(end -> end.putShort(20, (short) 1)), NO_END),
                arguments("parts", sound().end(end -> end.putShort(4, (short) 1)), "in one part"),
                arguments(
                        "a directory elsewhere",
                        sound().end(end -> end.putShort(6, (short) 1)),
                        "a zip file in one part, found one of several; put its parts together"),
                arguments(
                        "entries elsewhere",
                        sound().end(end -> end.putShort(8, (short) 1)),
                        "expected 2 entries in this part, found 1"),
                arguments(
                        "too few entries",
                        sound().end(end -> end.putShort(8, (short) 1).putShort(10, (short) 1)),
                        "expected a directory of 1 entries, found more"),
                arguments(
                        "too many entries",
                        sound().end(end -> end.putShort(8, (short) 9).putShort(10, (short) 9)),
                        "expected 9 entries in the directory, found its end"),
                arguments(
                        "a directory too early",
                        sound().end(end -> end.putInt(16, end.getInt(16) - 1)),
                        "expected a zip directory that ends at byte "),
                arguments(
                        "a directory beyond it all",
                        sound().end(end -> end.putInt(16, -1)),
                        "found 110 bytes at byte 4294967295"),
                arguments(
                        "bytes before its end",
                        sound().beforeEnd(new byte[1]),
                        "that ends at byte"),
                arguments("no entries", new TestZip(), "neither a zip file nor"),
                // The directory's fields.
                storage("a signature", entry -> entry.signature++, "found something else there"),
                storage("encryption", entry -> entry.flags = 1, "entries without encryption"),
                storage("strong encryption", entry -> entry.flags = 1 << 6, "found flags 64 for"),
                storage("a hidden header", entry -> entry.flags = 1 << 13, "found flags 8192"),
                storage(
                        "encryption in the header only",
                        entry -> entry.localFlags = 1,
                        "expected 0 of encryption in its header, as in the directory, found 1"),
                storage(
                        "a compression method",
                        entry -> entry.method = entry.localMethod = 14,
                        "stored or deflated entries, found compression method 14 for entry"),
                storage("a part", entry -> entry.part = 3, "a zip file in one part"),
                storage(
                        "a size beyond what it takes",
                        entry -> entry.size = entry.localSize = 49,
                        "at most what its 48 bytes, STORED, can hold, found 49 bytes for entry"),
                storage(
                        "a size below what it takes",
                        entry -> entry.size = entry.localSize = 47,
                        "found 47 bytes for entry \"a/data/0\""),
                storage(
                        "bytes beyond the directory",
                        entry -> entry.size = entry.packedSize = 1 << 20,
                        "an entry within the "),
                storage("a header beyond it", entry -> entry.header = 1 << 20, "1048576 for entry"),
                storage(
                        "an extra field up to the directory",
                        entry -> {
                            entry.localExtra = new byte[9];
                            entry.data = new byte[0];
                        },
                        "expected an entry that ends before the next at byte "),
                // The header against the directory.
                storage("a header's signature", entry -> entry.localSignature++, "a header at"),
                storage(
                        "a header's name",
                        entry -> entry.localName = "a/data/1".getBytes(UTF_8),
                        "the directory's name in its header, found another"),
                storage(
                        "a header's longer name",
                        entry -> entry.localName = "a/data/00".getBytes(UTF_8),
                        "the directory's name in its header, found another"),
                storage(
                        "a header's method",
                        entry -> entry.localMethod = 8,
                        "0 as compression method in its header, as in the directory, found 8"),
                storage("a header's size", entry -> entry.localSize++, "48 bytes in its header"),
                storage(
                        "a header's packed size",
                        entry -> entry.localPackedSize--,
                        "48 bytes in the file in its header, as in the directory, found 47"),
                storage("a header's checksum", entry -> entry.localCrc++, "as checksum in its"),
                storage(
                        "an overlap",
                        entry -> entry.header = 0,
                        "expected an entry that ends before the next at byte 0"),
                // Names.
                named("../a/data/0"),
                named("a/../data/0"),
                named("a/data/.."),
                named("/data/0"),
                named("a\\data"),
                named("C:/data"),
                named("a\0b"),
                named(""),
                named("a".repeat(1025)),
                arguments("a name twice", sound().add("a/data/0", NONE), "found it twice for"),
                arguments(
                        "a name of no text",
                        sound().add("x", NONE, entry -> entry.name = new byte[] {-1}),
                        "entries' names in UTF-8, found malformed bytes"),
                // What has to be in it.
                arguments(
                        "no pickle",
                        new TestZip().add("a/config.json", NONE).add("b", NONE),
                        "one folder with a data.pkl, found \"a/config.json\", \"b\"; name the"),
                arguments("a pickle in no folder", new TestZip().add("data.pkl", PICKLE), "folder"),
                arguments("a pickle deep", new TestZip().add("a/b/data.pkl", PICKLE), "one folder"),
                arguments("two", sound().add("b/data.pkl", PICKLE), "found \"a/data.pkl\", \"b/"),
                arguments("constants", sound().add("a/constants.pkl", NONE), "a TorchScript"),
                arguments("code", sound().add("a/code/__torch__.py", NONE), "a TorchScript"),
                arguments(
                        "a byte order",
                        sound().add("a/byteorder", "middle".getBytes(UTF_8)),
                        "little or big in entry \"a/byteorder\", found \"middle\""),
                arguments(
                        "a pickle's checksum",
                        new TestZip()
                                .add("a/data.pkl", PICKLE, entry -> entry.localCrc = ++entry.crc),
                        "expected bytes with the checksum "),
                // Deflated.
                deflatedPickle(
                        "a ratio that deflate cannot reach",
                        entry -> entry.size = entry.localSize = 1033 * entry.packedSize,
                        "DEFLATED, can hold"),
                deflatedPickle(
                        "more than it declares",
                        entry -> entry.size = entry.localSize = PICKLE.length - 1,
                        "bytes, as the directory states, found more for entry \"a/data.pkl\""),
                deflatedPickle(
                        "less than it declares",
                        entry -> entry.size = entry.localSize = PICKLE.length + 1,
                        "as the directory states, found the end after " + PICKLE.length),
                deflatedPickle(
                        "another checksum",
                        entry -> entry.localCrc = ++entry.crc,
                        "expected bytes with the checksum "),
                deflatedPickle("no deflate", entry -> Arrays.fill(entry.data, (byte) -1), "malfor"),
                deflatedPickle(
                        "an end within",
                        entry -> {
                            entry.data = Arrays.copyOf(entry.data, 40);
                            entry.packedSize = entry.localPackedSize = 40;
                        },
                        "as the directory states, found the end after "),
                deflatedPickle(
                        "bytes after its end",
                        entry -> {
                            entry.data = Arrays.copyOf(entry.data, entry.data.length + 1);
                            entry.packedSize = entry.localPackedSize = entry.data.length;
                        },
                        "as the directory states, found more"));
    }

    private static final String NO_END = "a zip file that ends with its directory, found no end";

    @Test
    void aSoundArchiveIsRead() throws WeightFileException {
        assertReads(sound());
    }

    @Test
    void whatOthersWriteIntoAnArchiveIsTolerated() throws WeightFileException {
        assertReads(sound().comment("PK\005\006 a comment".getBytes(UTF_8)));
        assertReads(sound().add("a/", NONE).add("a/.data/serialization_id", STORAGE));
        assertReads(
                sound().add(
                                "a/version",
                                "3\n".getBytes(UTF_8),
                                entry -> entry.extra = new byte[9]));
        assertReads(new TestZip().add("größe/data.pkl", PICKLE).add("größe/data/0", STORAGE));
    }

    @Test
    void aChecksumThatPyTorchWasToldToLeaveOutIsNotMissed() throws WeightFileException {
        assertReads(
                new TestZip()
                        .add("a/data.pkl", PICKLE, entry -> entry.crc = entry.localCrc = 0)
                        .add("a/data/0", STORAGE));
    }

    @Test
    void sizesThatFollowTheBytesMayBeZeroInTheHeader() throws WeightFileException {
        assertReads(storageWith(ZipArchiveTest::withSizesAfter));
        refusals.assertRefused(
                storageWith(
                                entry -> {
                                    withSizesAfter(entry);
                                    entry.localFlags = 0;
                                })
                        .bytes(),
                "expected 48 bytes in its header");
    }

    @Test
    void wideSizesAreReadWhereNarrowOnesReferToThem() throws WeightFileException {
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
                storageWith(wide.andThen(entry -> entry.localExtra = NONE)).bytes(),
                "48 bytes in its header, as in the directory, found 4294967295");
        refusals.assertRefused(
                storageWith(wide.andThen(entry -> entry.extra = NONE)).bytes(),
                "an entry within the ");
        byte[] huge = sizes.clone();
        TestZip.littleEndian(huge).putLong(4, -1).putLong(12, -1);
        refusals.assertRefused(
                storageWith(wide.andThen(entry -> entry.extra = huge)).bytes(),
                "found -1 bytes at byte ");
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
                    .withMessageContaining(more == 0 ? "the checksum 00000007" : "found more");
        }
    }

    @Test
    void moreEntriesThanAnyModelHasAreRefused() {
        TestZip zip = sound().beforeEnd(largeEnd(1L << 20, 0)).end(end -> {});
        refusals.assertRefused(zip.bytes(), "expected 1048576 entries, found 2");
        refusals.assertRefused(
                sound().beforeEnd(largeEnd(1L << 20, 0))
                        .end(end -> end.putShort(8, (short) -1).putShort(10, (short) -1))
                        .bytes(),
                "expected at most 32768 entries");
    }

    @Test
    void theWideEndIsReadAndHeldAgainstTheNarrowOne() throws WeightFileException {
        assertReads(sound().beforeEnd(largeEnd(2, 0)));
        refusals.assertRefused(
                sound().beforeEnd(largeEnd(2, 1)).bytes(), "expected its ZIP64 end at byte ");
        refusals.assertRefused(
                sound().beforeEnd(largeEnd(2, 0))
                        .end(end -> end.putInt(12, end.getInt(12) - 1))
                        .bytes(),
                "bytes of directory, found ");
        refusals.assertRefused(
                sound().beforeEnd(largeEnd(2, 0))
                        .end(end -> end.putInt(16, end.getInt(16) - 1))
                        .bytes(),
                "bytes before the directory, found ");
    }

    /** A ZIP64 end and its locator, for an archive like {@link #sound}. */
    private static byte[] largeEnd(long entries, int shift) {
        byte[] plain = sound().bytes();
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

    private static TestZip sound() {
        return TestPickle.zip(PICKLE);
    }

    private static TestZip storageWith(Consumer<TestZip.Entry> change) {
        return new TestZip().add("a/data.pkl", PICKLE).add("a/data/0", STORAGE, change);
    }

    private static Arguments storage(String what, Consumer<TestZip.Entry> change, String message) {
        return arguments(what, storageWith(change), message);
    }

    private static Arguments deflatedPickle(
            String what, Consumer<TestZip.Entry> change, String message) {
        TestZip zip = new TestZip().addDeflated("a/data.pkl", PICKLE, change);
        return arguments(what, zip.add("a/data/0", STORAGE), message);
    }

    private static Arguments named(String name) {
        return arguments(
                "the name " + (name.length() > 20 ? "of many letters" : name.replace('\0', '?')),
                sound().add(name, NONE),
                "expected names within the archive, found another for entry ");
    }
}
