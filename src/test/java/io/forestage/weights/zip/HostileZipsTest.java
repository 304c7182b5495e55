package io.forestage.weights.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.testing.RawZip;
import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile zips: each is refused with one line that names the problem. */
class HostileZipsTest {

    private static final byte[] TEXT = "abcabcabc".getBytes(StandardCharsets.UTF_8);

    private static final int LOCAL = 30;

    private final Path file;

    HostileZipsTest(@TempDir Path folder) {
        file = folder.resolve("file.zip");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aZipIsRefusedFor(String what, byte[] bytes, String message) throws IOException {
        assertNotOpened(bytes, message);
    }

    static Stream<Arguments> aZipIsRefusedFor() {
        return Stream.of(
                // The end of the directory.
                arguments("no bytes", new byte[0], "no end of a directory in its last 0 bytes"),
                arguments("zeros", new byte[100_000], "no end of a directory in its last 65557"),
                but("a comment cut short", zip -> zip.set16(zip.end(20), 1), "no end of a direc"),
                but("a part number", zip -> zip.set16(zip.end(4), 1), "the last part of several"),
                but("a directory's part", zip -> zip.set16(zip.end(6), 1), "last part of several"),
                but("other parts' entries", zip -> zip.set16(zip.end(8), 1), "the last part of"),
                but(
                        "a directory larger than the file",
                        zip -> zip.set32(zip.end(12), 0xffff_fffeL),
                        "ends at byte 172, found one of 4294967294 bytes"),
                but(
                        "a directory that ends too soon",
                        zip -> zip.set32(zip.end(12), 20),
                        "a zip directory that ends at byte 172, found one of 20 bytes"),
                but(
                        "a directory elsewhere",
                        zip -> zip.set32(zip.end(16), 7),
                        "ends at byte 172, found one of 94 bytes from byte 7 on"),
                arguments(
                        "bytes before its first",
                        valid().withInserted(0, new byte[5]),
                        "ends at byte 177, found one of 94 bytes from byte 78 on"),
                arguments(
                        "bytes after its directory",
                        valid().withInserted(valid().end(0), new byte[5]),
                        "ends at byte 177, found one of 94 bytes from byte 78 on"),
                but("an entry too many", zip -> entries(zip, 3), "3 entries in the 94 bytes"),
                but("an entry too few", zip -> entries(zip, 1), "found 1 entries in 47 bytes"),
                // ZIP64's end of the directory.
                wide("another part", 0x18, 1, "the last part of several"),
                wide("a size of 2^63 and more", 0x38 - 9, 0x80, "one of 92233720368547"),
                wide("2^63 entries and more", 0x30 - 9, 0x80, "the last part of several"),
                wide("a longer record", 4, 45, "a ZIP64 end of the directory just before byte"),
                wide("no signature", 0, 0, "a ZIP64 end of the directory just before byte"),
                wide("a record far away", 0x38 + 8 + 7, 0x7f, "none at byte 91513144428168"),
                wide("a record before all", 0x38 + 8 + 7, 0xff, "none at byte 18374686479671"),
                // A record of the directory.
                but("no record", zip -> zip.set8(zip.central(1, 0), 0), "entry at byte 47 of the"),
                but("a long name", zip -> zip.set16(zip.central(1, 28), 2), "entry at byte 47 of"),
                but("a long field", zip -> zip.set16(zip.central(1, 30), 1), "entry at byte 47 of"),
                but(
                        "a comment",
                        zip -> zip.set16(zip.central(1, 32), 1),
                        "entry at byte 47 of the"),
                but(
                        "an entry's part",
                        zip -> zip.set16(zip.central(1, 34), 2),
                        "an entry in part 2"),
                but("encryption", zip -> zip.set16(zip.central(0, 8), 1), "found an encrypted one"),
                but(
                        "strong encryption",
                        zip -> zip.set16(zip.central(0, 8), 64),
                        "an encrypted one"),
                but(
                        "a hidden directory",
                        zip -> zip.set16(zip.central(0, 8), 8192),
                        "an encrypted"),
                but("deflate64", zip -> zip.set16(zip.central(0, 10), 9), "compression method 9"),
                but(
                        "a stored entry of two sizes",
                        zip -> zip.set32(zip.central(0, 20), 8),
                        "file.zip: expected a stored entry with two equal sizes, found 9 bytes, and"
                                + " 8 packed bytes"),
                but(
                        "more than deflate can make",
                        zip -> zip.set32(zip.central(1, 24), 100_000),
                        "at most 1032 bytes from each deflated byte, found 100000 bytes from 7"
                                + " deflated ones"),
                but(
                        "no 64-bit size",
                        zip -> zip.set32(zip.central(0, 24), 0xffff_ffffL),
                        "a ZIP64 field for those that need it, found none"),
                but(
                        "no 64-bit position",
                        zip -> zip.set32(zip.central(0, 42), 0xffff_ffffL),
                        "a ZIP64 field for those that need it, found none"),
                // An entry's own header.
                but("no header", zip -> zip.set8(0, 0), "the entry's header at byte 0, found none"),
                but(
                        "a header beyond the data",
                        zip -> zip.set32(zip.central(1, 42), 70),
                        "before the zip directory at byte 78, found 7 packed bytes after the header"
                                + " at byte 70"),
                but(
                        "a header that reaches beyond the data",
                        zip -> zip.set16(zip.local(1, 28), 30),
                        "before the zip directory at byte 78"),
                but(
                        "data that reach beyond the data",
                        zip -> zip.set16(zip.local(1, 28), 1).set16(zip.local(1, 6), 8),
                        "before the zip directory at byte 78"),
                but("another name", zip -> zip.set8(LOCAL, 'c'), "another name, method, size"),
                but("another method", zip -> zip.set16(8, 8), "another name, method, size"),
                but("another size", zip -> zip.set32(22, 8), "another name, method, size"),
                but("another packed size", zip -> zip.set32(18, 8), "another name, method, size"),
                but("another checksum", zip -> zip.set32(14, 8), "another name, method, size"),
                but("encryption there only", zip -> zip.set16(6, 1), "another name, method, size"),
                // Entries together.
                but(
                        "two entries in one place",
                        zip -> zip.set32(zip.central(1, 42), 0),
                        "entries that do not overlap, found a header at byte 0"),
                arguments(
                        "a header within another's data",
                        withinAnother(),
                        "entries that do not overlap, found a header at byte 31"),
                arguments(
                        "one name twice",
                        RawZip.of(RawZip.stored("a", TEXT), RawZip.deflated("a", TEXT)).bytes(),
                        "unique names in a zip, found this one twice"));
    }

    private static RawZip valid() {
        return RawZip.of(RawZip.stored("a", TEXT), RawZip.deflated("b", TEXT));
    }

    private static Arguments but(String what, Function<RawZip, RawZip> change, String message) {
        return arguments(what, change.apply(valid()).bytes(), message);
    }

    private static RawZip entries(RawZip zip, int entries) {
        return zip.set16(zip.end(8), entries).set16(zip.end(10), entries);
    }

    /** A zip from Python with one byte changed, counted from the ZIP64 end of the directory. */
    private static Arguments wide(String what, int at, int value, String message) {
        byte[] bytes = resource("zip64.zip");
        bytes[bytes.length - 22 - 20 - 56 + at] = (byte) value;
        return arguments("ZIP64: " + what, bytes, message);
    }

    /** The second entry lies within the first one's data. */
    private static byte[] withinAnother() {
        byte[] inner = RawZip.of(RawZip.stored("b", TEXT)).bytes();
        RawZip zip = RawZip.of(RawZip.stored("a", inner), RawZip.stored("b", TEXT));
        return zip.set32(zip.central(1, 42), LOCAL + 1).bytes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "../a", "a/../b", "a/..", "..", "a\\b", "a\0b"})
    void anUnsafeNameIsRefused(String name) throws IOException {
        assertNotOpened(RawZip.of(RawZip.stored(name, TEXT)).bytes(), "that are relative paths");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a..b", ".a", "a./b", "a b", "größe", "a:b"})
    void aSafeNameWithDotsIsAccepted(String name) throws IOException {
        try (ZipArchive zip = open(RawZip.of(RawZip.stored(name, TEXT)).bytes())) {
            assertThat(zip.find(name)).isPresent();
        }
    }

    @Test
    void aNameThatIsNotInUtf8IsRefused() throws IOException {
        RawZip.Entry entry = new RawZip.Entry(new byte[] {'g', 'r', (byte) 0x94}, 0, TEXT, TEXT);
        assertNotOpened(RawZip.of(entry).bytes(), "entry names in UTF-8, found one in another");
    }

    @Test
    void tooManyEntriesAreRefused() throws IOException {
        ByteBuffer end = ByteBuffer.wrap(resource("zip64.zip")).order(ByteOrder.LITTLE_ENDIAN);
        int at = end.capacity() - 22 - 20 - 56;
        end.putLong(at + 24, 100_001).putLong(at + 32, 100_001);
        assertNotOpened(
                end.array(), "at most 100000 entries, with a directory of at most 33554432 bytes");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void anEntryIsRefusedFor(String what, byte[] bytes, String message) throws IOException {
        try (ZipArchive zip = open(bytes)) {
            ZipArchive.Entry entry = zip.find("b").orElseThrow();
            assertNotRead(zip.bytes(entry), message);
            // A second read fails too.
            assertNotRead(zip.bytes(entry), message);
            assertNotRead(zip.bytesInAnyOrder(entry), message);
        }
    }

    static Stream<Arguments> anEntryIsRefusedFor() {
        return Stream.of(
                arguments("more than it declares", sized(8), "expected 8 bytes, found more"),
                arguments("less than it declares", sized(10), "expected 10 bytes, found 9 bytes"),
                arguments(
                        "another checksum",
                        of(zip -> zip.set32(zip.local(1, 14), 1).set32(zip.central(1, 16), 1)),
                        "expected bytes with CRC-32 00000001, found 462d4818"),
                arguments(
                        "no deflated bytes", packed(new byte[] {-1}), "expected deflated bytes, "),
                arguments(
                        "no end",
                        packed(Arrays.copyOf(RawZip.deflate(TEXT), 4)),
                        "expected the end of the deflated bytes, found none in 4 packed bytes"),
                arguments(
                        "bytes after its end",
                        packed(Arrays.copyOf(RawZip.deflate(TEXT), 20)),
                        "expected 20 packed bytes, found their end after "));
    }

    private static byte[] of(Function<RawZip, RawZip> change) {
        return change.apply(valid()).bytes();
    }

    private static byte[] sized(int size) {
        return of(zip -> zip.set32(zip.local(1, 22), size).set32(zip.central(1, 24), size));
    }

    private static byte[] packed(byte[] packed) {
        byte[] name = {'b'};
        return RawZip.of(new RawZip.Entry(name, 8, packed, TEXT)).bytes();
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] bytes = valid().bytes();
        for (int length = 0; length < bytes.length; length++) {
            assertNotOpened(Arrays.copyOf(bytes, length), "no end of a directory");
        }
    }

    private ZipArchive open(byte[] bytes) throws IOException {
        FileBytes source = FileBytes.open(Files.write(file, bytes));
        try {
            return ZipArchive.open(source);
        } catch (WeightFileException refused) {
            source.close();
            throw refused;
        }
    }

    private void assertNotOpened(byte[] bytes, String message) throws IOException {
        Files.write(file, bytes);
        try (FileBytes source = FileBytes.open(file)) {
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> ZipArchive.open(source))
                    .withMessageContaining(message)
                    .withMessageMatching("[^\\p{Cntrl}]*expected [^\\p{Cntrl}]+; [^\\p{Cntrl}]*");
        }
    }

    private static void assertNotRead(ByteSource bytes, String message) {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> bytes.read(null, 0, ByteBuffer.allocate((int) bytes.size())))
                .withMessageStartingWith("\"b\" in ")
                .withMessageContaining(message);
    }

    private static byte[] resource(String name) {
        try (InputStream in = HostileZipsTest.class.getResourceAsStream("/weights/zip/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
