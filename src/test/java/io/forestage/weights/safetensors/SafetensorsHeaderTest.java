package io.forestage.weights.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TestFiles;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile headers: each is refused with one line that names the problem. */
class SafetensorsHeaderTest {

    private static final String VALID =
            """
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}\
            """;

    private final Path folder;

    SafetensorsHeaderTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aHeaderIsRefusedFor(
            String what, String header, int dataBytes, @Nullable String tensor, String message) {
        assertRefused(TestFiles.safetensors(header, dataBytes), tensor, message);
    }

    static Stream<Arguments> aHeaderIsRefusedFor() {
        String digits = "9".repeat(5000);
        return Stream.of(
                // The JSON.
                whole("a list", "[]", "begins with '{', found byte 0x5b"),
                whole("a space before it", " {}", "begins with '{', found byte 0x20"),
                whole(
                        "its end within",
                        "{\"a\"",
                        "complete JSON, found the end of the text at $.a"),
                whole(
                        "junk after it",
                        "{} x",
                        "strict JSON, found a syntax error, an unpaired surrogate or nesting deeper"
                                + " than 255 at $"),
                whole("a second object after it", "{}{}", "strict JSON, found a syntax error"),
                whole("a comment", "{/* */}", "strict JSON, found a syntax error"),
                whole("an unquoted name", "{a:1}", "strict JSON, found a syntax error"),
                whole("single quotes", "{'a':1}", "strict JSON, found a syntax error"),
                whole("a trailing comma", "{\"__metadata__\":{},}", "strict JSON, found a syntax"),
                whole("a raw control character", "{\"a\tb\":1}", "strict JSON, found a syntax"),
                whole(
                        "an unpaired surrogate",
                        "{\"\\ud800\":1}",
                        "an unpaired surrogate or nesting deeper than 255 at $"),
                whole(
                        "a number as metadata",
                        "{\"__metadata__\":1}",
                        "strings as __metadata__, found a number"),
                whole(
                        "a number in metadata",
                        "{\"__metadata__\":{\"k\":1}}",
                        "a string in __metadata__, found a number at $.__metadata__.k"),
                whole(
                        "a key twice in metadata",
                        "{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}}",
                        "each name once, found \"k\" twice"),
                whole(
                        "metadata twice",
                        "{\"__metadata__\":{},\"__metadata__\":{}}",
                        "each name once, found \"__metadata__\" twice"),
                whole(
                        "deep lists as metadata",
                        "{\"__metadata__\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}",
                        "found an array at $.__metadata__"),
                // A tensor's keys.
                inside(
                        "deep lists as a tensor",
                        "{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}",
                        0,
                        "found an array at $.a"),
                inside(
                        "deep objects as a tensor",
                        "{\"a\":".repeat(10_000) + "}".repeat(10_000),
                        0,
                        "only the keys dtype, shape and data_offsets, found \"a\""),
                inside(
                        "deep lists as a shape",
                        tensor("\"F32\"", "[".repeat(10_000), "[0,0]"),
                        0,
                        "from 0 to 2^63 - 1 in shape, found an array"),
                whole(
                        "a tensor twice",
                        VALID.replace("}}", "},\"a\":{}}"),
                        8,
                        "each name once, found \"a\" twice"),
                inside(
                        "a number as a tensor",
                        "{\"a\":1}",
                        0,
                        "an object with dtype, shape and data_offsets, found a number"),
                inside(
                        "an unknown key",
                        "{\"a\":{\"size\":1}}",
                        0,
                        "only the keys dtype, shape and data_offsets, found \"size\""),
                inside(
                        "dtype twice",
                        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}",
                        0,
                        "each name once, found \"dtype\" twice"),
                inside(
                        "shape twice",
                        "{\"a\":{\"shape\":[],\"shape\":[]}}",
                        0,
                        "each name once, found \"shape\" twice"),
                inside(
                        "data_offsets twice",
                        "{\"a\":{\"data_offsets\":[],\"data_offsets\":[]}}",
                        0,
                        "each name once, found \"data_offsets\" twice"),
                inside(
                        "no dtype",
                        "{\"a\":{\"shape\":[],\"data_offsets\":[0,4]}}",
                        4,
                        "dtype, shape and data_offsets, found no dtype"),
                inside(
                        "no shape",
                        "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}",
                        4,
                        "dtype, shape and data_offsets, found no shape"),
                inside(
                        "no data_offsets",
                        "{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}",
                        4,
                        "dtype, shape and data_offsets, found no data_offsets"),
                inside(
                        "a number as dtype",
                        tensor("32", "[1]", "[0,4]"),
                        4,
                        "a string as dtype, found a number at $.a.dtype"),
                // Numbers.
                inside(
                        "a number as shape",
                        tensor("\"F32\"", "1", "[0,4]"),
                        4,
                        "an array of numbers as shape, found a number"),
                inside(
                        "a fraction",
                        tensor("\"F32\"", "[1.5]", "[0,4]"),
                        4,
                        "integers from 0 to 2^63 - 1 in shape, found 1.5"),
                inside(
                        "an exponent",
                        tensor("\"F32\"", "[1e0]", "[0,4]"),
                        4,
                        "integers from 0 to 2^63 - 1 in shape, found 1e0"),
                inside(
                        "minus one",
                        tensor("\"F32\"", "[-1]", "[0,4]"),
                        4,
                        "integers from 0 to 2^63 - 1 in shape, found -1"),
                inside(
                        "minus zero",
                        tensor("\"F32\"", "[-0]", "[0,0]"),
                        0,
                        "integers from 0 to 2^63 - 1 in shape, found -0"),
                inside(
                        "2^63",
                        tensor("\"F32\"", "[9223372036854775808]", "[0,4]"),
                        4,
                        "in shape, found 9223372036854775808"),
                inside(
                        "a leading zero",
                        tensor("\"F32\"", "[01]", "[0,4]"),
                        4,
                        "an unpaired surrogate or nesting deeper than 255 at $.a.shape[0]"),
                inside(
                        "a number of 5,000 digits",
                        tensor("\"F32\"", "[" + digits + "]", "[0,4]"),
                        4,
                        "an unpaired surrogate or nesting deeper than 255 at $.a.shape[0]"),
                inside(
                        "NaN",
                        tensor("\"F32\"", "[NaN]", "[0,4]"),
                        4,
                        "an unpaired surrogate or nesting deeper than 255 at $.a.shape[0]"),
                inside(
                        "Infinity",
                        tensor("\"F32\"", "[1]", "[0,Infinity]"),
                        4,
                        "an unpaired surrogate or nesting deeper than 255 at $.a.data_offsets[1]"),
                inside(
                        "a number in quotes",
                        tensor("\"F32\"", "[\"1\"]", "[0,4]"),
                        4,
                        "in shape, found a string"),
                inside(
                        "null in a shape",
                        tensor("\"F32\"", "[null]", "[0,4]"),
                        4,
                        "in shape, found null"),
                inside(
                        "65 dimensions",
                        tensor("\"F32\"", "[1" + ",1".repeat(64) + "]", "[0,4]"),
                        4,
                        "at most 64 numbers as shape, found more"),
                // The places of the bytes.
                inside(
                        "one offset",
                        tensor("\"F32\"", "[0]", "[0]"),
                        0,
                        "two ascending data_offsets within the file's 0 bytes of data, found [0]"),
                inside(
                        "three offsets",
                        tensor("\"F32\"", "[1]", "[0,4,8]"),
                        8,
                        "at most 2 numbers as data_offsets, found more"),
                inside(
                        "descending offsets",
                        tensor("\"F32\"", "[1]", "[4,0]"),
                        4,
                        "two ascending data_offsets within the file's 4 bytes of data, found [4,"
                                + " 0]"),
                inside(
                        "an offset past the end",
                        tensor("\"F32\"", "[2]", "[0,8]"),
                        7,
                        "within the file's 7 bytes of data, found [0, 8]"),
                inside(
                        "an offset of 2^63 - 1",
                        tensor("\"F32\"", "[2]", "[0,9223372036854775807]"),
                        8,
                        "within the file's 8 bytes of data, found [0, 9223372036854775807]"),
                inside(
                        "too few bytes for its shape",
                        tensor("\"F32\"", "[2]", "[0,7]"),
                        7,
                        "8 bytes for F32 [2], found 7 between data_offsets [0, 7]"),
                inside(
                        "too many bytes for its shape",
                        tensor("\"F16\"", "[2]", "[0,8]"),
                        8,
                        "4 bytes for F16 [2], found 8 between data_offsets [0, 8]"),
                inside(
                        "a shape of 2^64 elements",
                        tensor("\"U8\"", "[4294967296,4294967296]", "[0,0]"),
                        0,
                        "fewer than 2^63 bytes, found U8 [4294967296, 4294967296]"),
                inside(
                        "a shape of 2^65 bytes",
                        tensor("\"F64\"", "[4611686018427387904]", "[0,0]"),
                        0,
                        "fewer than 2^63 bytes, found F64 [4611686018427387904]"),
                inside(
                        "bytes for a shape that has none",
                        tensor("\"F32\"", "[4611686018427387904,4611686018427387904,0]", "[0,4]"),
                        4,
                        "0 bytes for F32 [4611686018427387904, 4611686018427387904, 0], found 4"),
                inside(
                        "a gap before the first",
                        tensor("\"F32\"", "[1]", "[4,8]"),
                        8,
                        "start at 0, where the previous tensor ends, found 4, which leaves a gap"),
                arguments(
                        "a gap between",
                        two("[0,4]", "[8,12]"),
                        12,
                        "b",
                        "start at 4, where the previous tensor ends, found 8, which leaves a gap"),
                arguments(
                        "an overlap",
                        two("[0,4]", "[2,6]"),
                        6,
                        "b",
                        "start at 4, where the previous tensor ends, found 2, which leaves an"
                                + " overlap"),
                arguments(
                        "two tensors in one place",
                        two("[0,4]", "[0,4]"),
                        4,
                        "b",
                        "found 0, which leaves an overlap"),
                whole(
                        "bytes after the last tensor",
                        VALID,
                        9,
                        "a file of 70 bytes, as in its header, found a file of 71 bytes"),
                whole(
                        "bytes and no tensor",
                        "{}",
                        1,
                        "a file of 10 bytes, as in its header, found a file of 11 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aHeaderLengthIsRefused(long length) {
        byte[] bytes =
                TestFiles.withLength(length, VALID.getBytes(StandardCharsets.UTF_8), new byte[8]);
        String found =
                length == 100_000_000L
                        ? "its whole header of 100000000 bytes, found a file of 70 bytes"
                        : "a header of 2 to 100000000 bytes, found a header length of "
                                + Long.toUnsignedString(length);
        assertRefused(bytes, null, found);
    }

    static Stream<Long> aHeaderLengthIsRefused() {
        return Stream.of(
                0L, 1L, 100_000_000L, 100_000_001L, 1L << 31, 1L << 32, 1L << 60, 1L << 63, -1L);
    }

    @Test
    void aHeaderLongerThanTheFileIsRefused() {
        byte[] header = VALID.getBytes(StandardCharsets.UTF_8);
        assertRefused(
                TestFiles.withLength(header.length + 9, header, new byte[8]),
                null,
                "its whole header of 63 bytes, found a file of 70 bytes");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void malformedUtf8IsRefused(String what, List<Integer> malformed, int at) {
        byte[] header = VALID.replace("a", "aaaaaa").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < malformed.size(); i++) {
            header[2 + i] = malformed.get(i).byteValue();
        }
        assertRefused(
                TestFiles.safetensors(header, new byte[8]),
                null,
                "a header in UTF-8, found malformed bytes at byte " + at + " of the file");
    }

    static Stream<Arguments> malformedUtf8IsRefused() {
        return Stream.of(
                arguments("a lone continuation", List.of('a' + 0, 0x80), 11),
                arguments("an overlong slash", List.of(0xc0, 0xaf), 10),
                arguments("an encoded surrogate", List.of(0xed, 0xa0, 0x80), 10),
                arguments("a code point above U+10FFFF", List.of(0xf4, 0x90, 0x80, 0x80), 10),
                arguments("a sequence cut short", List.of(0xe2, 0x82, 'a' + 0), 10));
    }

    @Test
    void malformedUtf8IsRefusedFarIntoTheHeader() {
        String name = "ö".repeat(20_000);
        byte[] header = VALID.replace("\"a\"", "\"" + name + "\"").getBytes(StandardCharsets.UTF_8);
        header[2 + 2 * 19_999 + 1] = 'x';
        assertRefused(
                TestFiles.safetensors(header, new byte[8]),
                null,
                "malformed bytes at byte " + (8 + 2 + 2 * 19_999) + " of the file");
    }

    @Test
    void utf8CutByTheHeadersEndIsRefused() {
        byte[] header = "{\"a\u20ac".getBytes(StandardCharsets.UTF_8);
        byte[] cut = Arrays.copyOf(header, header.length - 1);
        assertRefused(
                TestFiles.safetensors(cut, new byte[0]), null, "malformed bytes at byte 11 of");
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource
    void anotherFormatIsNamed(String begin, String description, String remedy) {
        byte[] bytes = (begin + "x".repeat(100)).getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(bytes, null, "what looks like " + description + "; " + remedy);
    }

    static Stream<Arguments> anotherFormatIsNamed() {
        return Stream.of(
                arguments("version https://git-lfs", "a Git LFS pointer", "fetch the real file"),
                arguments(
                        "PK\003\004",
                        "a zip file, as PyTorch and NumPy write",
                        "convert it to safetensors with forestage import"),
                arguments("\u0080\002", "a PyTorch file (pickle)", "convert it to safetensors"),
                arguments("\u0089HDF", "an HDF5 file", "convert it to safetensors"),
                arguments("GGUF", "a GGUF file", "convert it to safetensors"),
                arguments(
                        "\u00c6\u00d74\u0001",
                        "a checkpoint of llm.c",
                        "convert it to safetensors"),
                arguments("\u0081\u00abtransformer", "a file of Flax", "convert it to safetensors"),
                arguments("{\"weight_map\"", "JSON text", "name the weight file beside it"),
                arguments("<!DOCTYPE html>", "a web page", "fetch the file itself"));
    }

    @Test
    void aHeaderWhoseLengthBeginsLikeAPickleIsRead() throws WeightFileException {
        String header = VALID + " ".repeat(0x80 - VALID.length());
        byte[] bytes = TestFiles.safetensors(header, 8);
        assertThat(bytes[0]).isEqualTo((byte) 0x80);
        try (WeightFile file = SafetensorsFile.open(TestFiles.write(folder, bytes))) {
            assertThat(file.tensors()).hasSize(1);
        }
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] bytes = TestFiles.resource("tiny.safetensors");
        for (int length = 0; length < bytes.length; length++) {
            Path file = TestFiles.write(folder, Arrays.copyOf(bytes, length));
            assertThatExceptionOfType(WeightFileException.class)
                    .as("the first %d bytes", length)
                    .isThrownBy(() -> SafetensorsFile.open(file))
                    .withMessageContaining(file.toString())
                    .withMessageContaining("expected")
                    .withMessageContaining("found");
        }
    }

    @Test
    void everyFlippedBitOfAHeaderIsReadOrRefused() {
        byte[] bytes = TestFiles.resource("tiny.safetensors");
        int refused = 0;
        int headerEnd = 8 + Byte.toUnsignedInt(bytes[0]) + (Byte.toUnsignedInt(bytes[1]) << 8);
        for (int bit = 0; bit < headerEnd * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Path path = TestFiles.write(folder, flipped);
            Throwable thrown = catchThrowable(() -> SafetensorsFile.open(path).close());
            if (thrown != null) {
                assertThat(thrown).as("bit %d", bit).isInstanceOf(WeightFileException.class);
                refused++;
            }
        }
        // The others change names or metadata, or turn spaces into other whitespace.
        assertThat(refused).isGreaterThan(headerEnd * 8 / 2);
    }

    @Test
    void tensorsComeInTheOrderOfTheirBytes() throws WeightFileException {
        String header =
                """
                {"late":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},
                "early":{"shape":[],"data_offsets":[0,1],"dtype":"I8"},
                "none":{"dtype":"F64","shape":[4611686018427387904,4611686018427387904,0],
                "data_offsets":[1,1]}} \n\t\
                """;
        Path path = TestFiles.write(folder, TestFiles.safetensors(header, 3));
        long data = 8L + header.length();
        try (WeightFile file = SafetensorsFile.open(path)) {
            assertThat(file.tensors())
                    .containsExactly(
                            new TensorEntry("early", ElementType.I8, List.of()),
                            new TensorEntry(
                                    "none", ElementType.F64, List.of(1L << 62, 1L << 62, 0L)),
                            new TensorEntry("late", ElementType.U8, List.of(2L)));
            assertThat(file.tensors())
                    .extracting(tensor -> file.region(tensor).orElseThrow().offset())
                    .containsExactly(data, data + 1, data + 1);
            assertThat(file.metadata()).isEmpty();
            assertThat(file.require("none").elementCount()).isZero();
            assertThat(file.require("early").elementCount()).isOne();
        }
    }

    @Test
    void aFileWithoutTensorsIsRead() throws WeightFileException {
        Path path = TestFiles.write(folder, TestFiles.safetensors("{}", 0));
        try (WeightFile file = SafetensorsFile.open(path)) {
            assertThat(file.tensors()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8191, 8192, 8193, 100_000})
    void namesOfAnyLengthAndScriptAreRead(int length) throws WeightFileException {
        String name = "\ud83d\ude00ö".repeat(length);
        // A prefix of one to four bytes moves every character over the edges of the chunks.
        List<String> names = new ArrayList<>();
        for (String prefix : List.of("x", "xx", "xxx", "xxxx")) {
            String header = VALID.replace("\"a\"", "\"" + prefix + name + "\"");
            Path path = TestFiles.write(folder, TestFiles.safetensors(header, 8));
            try (WeightFile file = SafetensorsFile.open(path)) {
                names.add(file.tensors().get(0).name());
            }
        }
        assertThat(names).containsExactly("x" + name, "xx" + name, "xxx" + name, "xxxx" + name);
    }

    @Test
    void aMessageStaysOneShortLineForAnyTensorName() {
        String name = "evil\\n\\u001b[31m\\u2028" + "x".repeat(100_000);
        String header = VALID.replace("\"a\"", "\"" + name + "\"").replace("\"F32\"", "31");
        WeightFileException refusal =
                assertRefused(TestFiles.safetensors(header, 8), null, "found a number");
        assertThat(refusal.getMessage())
                .contains("evil\\n\\u{1b}[31m\\u{2028}xxx")
                .hasSizeLessThan(1000 + refusal.file().toString().length());
    }

    private WeightFileException assertRefused(
            byte[] bytes, @Nullable String tensor, String message) {
        Path path = TestFiles.write(folder, bytes);
        Throwable thrown = catchThrowable(() -> SafetensorsFile.open(path));
        assertThat(thrown)
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining(path.toString())
                .hasMessageMatching("[^\\p{Cntrl}]*expected .*, found .*; .*");
        // Lines and columns only where JSON is the subject: StrictJsonTest.
        assertThat(
                        String.valueOf(thrown.getMessage())
                                .replaceFirst("at line \\d+ column \\d+ path ", "at "))
                .contains(message);
        WeightFileException refusal = (WeightFileException) thrown;
        assertThat(refusal.file()).isEqualTo(path);
        if (tensor != null) {
            assertThat(refusal.tensor()).isEqualTo(tensor);
            assertThat(refusal).hasMessageStartingWith("\"" + tensor + "\" in ");
        }
        return refusal;
    }

    private static Arguments whole(String what, String header, String message) {
        return whole(what, header, 0, message);
    }

    private static Arguments whole(String what, String header, int dataBytes, String message) {
        return arguments(what, header, dataBytes, null, message);
    }

    private static Arguments inside(String what, String header, int dataBytes, String message) {
        return arguments(what, header, dataBytes, "a", message);
    }

    private static String tensor(String dtype, String shape, String offsets) {
        return "{\"a\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}}"
                .formatted(dtype, shape, offsets);
    }

    private static String two(String first, String second) {
        String entry = "\"%s\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":%s}";
        return "{" + entry.formatted("a", first) + "," + entry.formatted("b", second) + "}";
    }
}
