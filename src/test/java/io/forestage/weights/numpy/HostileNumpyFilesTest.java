package io.forestage.weights.numpy;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.testing.RawZip;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile files: each is refused with one line that names the problem. */
class HostileNumpyFilesTest {

    private static final String HEADER =
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";

    private final Path file;

    HostileNumpyFilesTest(@TempDir Path folder) {
        file = folder.resolve("wte.npy");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aFileIsRefusedFor(String what, byte[] bytes, String message) throws IOException {
        assertRefused(bytes, message);
    }

    static Stream<Arguments> aFileIsRefusedFor() {
        return Stream.of(
                arguments("no bytes", new byte[0], "\\x93NUMPY or PK, found an empty file"),
                arguments("zeros", new byte[1000], "\\x93NUMPY or PK, found other first bytes"),
                // Version and length.
                arguments("version 0", NpyBytes.npy(0, 0, HEADER, 8), "of NumPy's format, found 0"),
                arguments("version 4", NpyBytes.npy(4, 0, HEADER, 8), "of NumPy's format, found 4"),
                arguments("version 1.1", minor(), "of NumPy's format, found 1.1; save it again"),
                arguments("no header", NpyBytes.npy(1, 0, "", 0), "'{' at character 0, found its"),
                arguments(
                        "length 0", NpyBytes.npy(1, 0, HEADER, 8), "'{' at character 0, found its"),
                arguments("a short length", NpyBytes.npy(1, 9, HEADER, 8), "found its end"),
                arguments(
                        "a longer length",
                        NpyBytes.npy(1, 0xffff, HEADER, 8),
                        "a complete header, found the end of the data after 75 bytes"),
                arguments(
                        "length 0 in version 2",
                        NpyBytes.npy(2, 0, HEADER, 8),
                        "'{' at character 0, found its end"),
                arguments(
                        "length 2^31",
                        NpyBytes.npy(2, 1L << 31, HEADER, 8),
                        "a header of at most 65535 bytes, found one of 2147483648 bytes, as only"
                                + " struct"),
                arguments(
                        "length 2^32 - 1",
                        NpyBytes.npy(3, (1L << 32) - 1, HEADER, 8),
                        "a header of at most 65535 bytes, found one of 4294967295 bytes, as only"
                                + " struct"),
                // The data.
                arguments("too few bytes", NpyBytes.npy(HEADER, 7), "8 bytes for F32 [2], found 7"),
                arguments(
                        "too many bytes", NpyBytes.npy(HEADER, 9), "8 bytes for F32 [2], found 9"),
                shape("(1099511627776,)", "4398046511104 bytes for F32 [1099511627776], found 8"),
                shape("(1099511627776, 8388608)", "fewer than 2^63 bytes, found F32 [10995"),
                shape("(9223372036854775807, 2)", "fewer than 2^63 bytes, found F32 [92233"));
    }

    private static byte[] minor() {
        byte[] bytes = NpyBytes.npy(HEADER, 8);
        bytes[7] = 1;
        return bytes;
    }

    private static Arguments shape(String tuple, String message) {
        return arguments("shape " + tuple, NpyBytes.npy(HEADER.replace("(2,)", tuple), 8), message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aHeaderIsRefusedFor(String header, String message) throws IOException {
        assertRefused(NpyBytes.npy(header, 8), message);
    }

    static Stream<Arguments> aHeaderIsRefusedFor() {
        String many = String.join(", ", Collections.nCopies(65, "1"));
        return Stream.of(
                // Not one dictionary.
                arguments("", "'{' at character 0, found its end"),
                arguments("[]", "'{' at character 0, found '['"),
                arguments("dict(descr='<f4')", "'{' at character 0, found 'd'"),
                arguments("{", "a string at character 1, found its end"),
                arguments(HEADER + "x", "nothing after '}' at character 57, found 'x'"),
                arguments(HEADER + HEADER, "nothing after '}' at character 57, found '{'"),
                arguments(HEADER + "\0", "nothing after '}' at character 57, found '\\u{0}'"),
                arguments(HEADER + " # comment", "nothing after '}' at character 58, found '#'"),
                // Keys.
                arguments("{}", "exactly the keys descr, fortran_order and shape, found no descr"),
                arguments("{'descr': '<f4'}", "fortran_order and shape, found no fortran_order"),
                arguments(
                        "{'descr': '<f4', 'fortran_order': False}",
                        "fortran_order and shape, found no shape"),
                arguments(
                        HEADER.replace("}", "'shape': (2,)}"),
                        "fortran_order and shape, found \"shape\" twice"),
                arguments(
                        HEADER.replace("{", "{'descr': '<f4', "),
                        "fortran_order and shape, found \"descr\" twice"),
                arguments(
                        HEADER.replace("{", "{'fortran_order': True, "),
                        "fortran_order and shape, found \"fortran_order\" twice"),
                arguments(HEADER.replace("{", "{'x': 1, "), "fortran_order and shape, found \"x\""),
                arguments(HEADER.replace("'descr'", "descr"), "a string at character 1"),
                arguments(HEADER.replace("'descr'", "b'descr'"), "a string at character 1"),
                arguments(HEADER.replace("'descr'", "'descr"), "':' at character 10, found '<'"),
                arguments(HEADER.replace("'descr'", "'descr\""), "':' at character 11, found '<'"),
                arguments("{'descr': '<f4", "a string of printable ASCII at character 10"),
                arguments(HEADER.replace("descr", "de\\x73cr"), "a string of printable ASCII"),
                arguments(HEADER.replace("descr", "größe"), "a string of printable ASCII"),
                arguments(HEADER.replace("descr", "de\ncr"), "a string of printable ASCII"),
                arguments(HEADER.replace("':", "'"), "':' at character 9, found '''"),
                arguments(HEADER.replace(",", ""), "'}' at character 16, found '''"),
                arguments(HEADER.replace(", }", ",, }"), "a string at character 55, found ','"),
                arguments("{, }", "a string at character 1, found ','"),
                // Order.
                arguments(HEADER.replace("False", "0"), "True or False at character 34"),
                arguments(HEADER.replace("False", "false"), "True or False at character 34"),
                arguments(HEADER.replace("False", "'False'"), "True or False at character 34"),
                arguments(HEADER.replace("False", "Tru"), "True or False at character 34"),
                arguments(HEADER.replace("False", "Falsehood"), "'}' at character 39, found 'h'"),
                // Shape.
                arguments(HEADER.replace("(2,)", "2"), "'(' at character 50, found '2'"),
                arguments(HEADER.replace("(2,)", "[2]"), "'(' at character 50, found '['"),
                arguments(HEADER.replace("(2,)", "(2)"), "',' after the only dimension at"),
                arguments(HEADER.replace("(2,)", "(,)"), "a dimension from 0 to 2^63 - 1 at"),
                arguments(HEADER.replace("(2,)", "(2,,)"), "a dimension from 0 to 2^63 - 1 at"),
                arguments(HEADER.replace("(2,)", "(2 1)"), "',' after the only dimension at"),
                arguments(HEADER.replace("(2,)", "(2, 1 1)"), "')' at character 56, found '1'"),
                arguments(HEADER.replace("(2,)", "((2,),)"), "a dimension from 0 to 2^63 - 1 at"),
                arguments(HEADER.replace("(2,)", "(".repeat(60_000)), "a dimension from 0 to"),
                arguments(HEADER.replace("(2,)", "(-2,)"), "2^63 - 1 at character 51, found '-'"),
                arguments(HEADER.replace("(2,)", "(2L,)"), "',' after the only dimension at"),
                arguments(HEADER.replace("(2,)", "(2.0,)"), "',' after the only dimension at"),
                arguments(HEADER.replace("(2,)", "(1_0,)"), "',' after the only dimension at"),
                arguments(HEADER.replace("(2,)", "(0x2,)"), "',' after the only dimension at"),
                arguments(HEADER.replace("(2,)", "(02,)"), "a dimension from 0 to 2^63 - 1 at"),
                arguments(
                        HEADER.replace("(2,)", "(9223372036854775808,)"),
                        "a dimension from 0 to 2^63 - 1 at character 51, found '9'"),
                arguments(
                        HEADER.replace("(2,)", "(" + "9".repeat(60_000) + ",)"),
                        "a dimension from 0 to 2^63 - 1 at character 51, found '9'"),
                arguments(
                        HEADER.replace("2,", many),
                        "')' after at most 64 dimensions at character"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            value = {
                "'|O'  @ Python objects, which can only be loaded by running code; save numbers:"
                        + " numpy.save",
                "'O8'  @ Python objects, which can only be loaded by running code",
                "'|V2' @ raw bytes, as NumPy saves bfloat16 and other types that it does not"
                        + " support; save",
                "'<V2' @ raw bytes, as NumPy saves bfloat16",
                "'<c8' @ complex numbers; save array.real and array.imag separately",
                "'<f16' @ floats in the format of the machine that wrote them; save doubles",
                "'<U5' @ text; leave it out",
                "'|S5' @ text; leave it out",
                "'<M8[D]' @ dates or times; save numbers",
                "'<m8' @ dates or times; save numbers",
                "'=f4' @ numbers without a byte order; set one",
                "'|f4' @ numbers without a byte order; set one",
                "'f4'  @ numbers without a byte order; set one",
                "'float32' @ a type unknown to NumPy",
                "'<f3' @ a type unknown to NumPy",
                "'<b2' @ a type unknown to NumPy",
                "'<'   @ a type unknown to NumPy",
                "''    @ a type unknown to NumPy",
                "[('a', '<f4')] @ a structured array; save each field as a separate array",
                "('<f4', (2,)) @ a structured array; save each field as a separate array",
                "None @ a string at character 10, found 'N'",
            })
    void aTypeIsRefusedByName(String descr, String message) throws IOException {
        assertRefused(NpyBytes.npy(HEADER.replace("'<f4'", descr), 8), message);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyTruncationIsRefused(int version) throws IOException {
        byte[] bytes = NpyBytes.npy(version, HEADER.length(), HEADER, 8);
        for (int length = 0; length < bytes.length; length++) {
            assertRefused(Arrays.copyOf(bytes, length), "expected ");
        }
    }

    @Test
    void anEntryThatIsNotAnArrayIsRefused() throws IOException {
        byte[] array = NpyBytes.npy(HEADER, 8);
        assertRefused(
                RawZip.of(RawZip.stored("a.npy", array), RawZip.stored("b.txt", array)).bytes(),
                "expected only entries whose names end in .npy, found another name; remove it");
        assertRefused(
                RawZip.of(RawZip.deflated("b.npy", new byte[1000])).bytes(),
                "\"b\" in " + file + ": expected a NumPy array, which starts with \\x93NUMPY");
        assertRefused(
                RawZip.of(RawZip.stored("b.npy", new byte[0])).bytes(),
                "\"b\" in "
                        + file
                        + ": expected a complete header, found the end of the data after 0 bytes");
    }

    @Test
    void anArrayDoesNotReachBeyondItsEntry() throws IOException {
        byte[] array = NpyBytes.npy(HEADER, 7);
        for (RawZip.Entry entry :
                new RawZip.Entry[] {
                    RawZip.stored("a.npy", array), RawZip.deflated("a.npy", array)
                }) {
            assertRefused(
                    RawZip.of(entry, RawZip.stored("b.npy", NpyBytes.npy(HEADER, 8))).bytes(),
                    "\"a\" in "
                            + file
                            + ": expected 8 bytes for F32 [2], found 7 bytes after the header");
        }
    }

    @Test
    void aZipOfTooManyHeadersIsRefused() throws IOException {
        byte[] array = NpyBytes.npy(HEADER + " ".repeat(65_000), 8);
        RawZip.Entry[] entries = new RawZip.Entry[520];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = RawZip.deflated("a" + i + ".npy", array);
        }
        assertRefused(
                RawZip.of(entries).bytes(),
                "array headers of at most 33554432 bytes together, found more");
    }

    @Test
    void aZipThatPyTorchWroteIsRefused() throws IOException {
        assertRefused(
                RawZip.of(RawZip.stored("archive/data.pkl", new byte[9])).bytes(),
                "\"archive/data.pkl\" in " + file + ": expected only entries whose names end in");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void damagedCompressedElementsAreRefusedWhenTheyAreRead(boolean isFortran) throws IOException {
        String header = HEADER.replace("(2,)", "(2, 3)");
        if (isFortran) {
            header = header.replace("False", "True");
        }
        RawZip zip = RawZip.of(RawZip.deflated("a.npy", NpyBytes.npy(header, 24)));
        zip.set32(zip.local(0, 14), 1).set32(zip.central(0, 16), 1);
        try (WeightFile opened = NumpyFile.open(Files.write(file, zip.bytes()))) {
            TensorEntry entry = opened.require("a");
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(
                            () ->
                                    opened.transferTo(
                                            entry,
                                            Channels.newChannel(OutputStream.nullOutputStream())))
                    .withMessageContaining(
                            "\"a\" in " + file + ": expected bytes with CRC-32 00000001, found ");
        }
    }

    private void assertRefused(byte[] bytes, String message) throws IOException {
        Files.write(file, bytes);
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> NumpyFile.open(file))
                .withMessageContaining(message)
                .withMessageMatching("[^\\p{Cntrl}]*expected [^\\p{Cntrl}]+; [^\\p{Cntrl}]*");
    }
}
