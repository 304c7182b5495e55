package io.forestage.weights.tensorflow;

import static io.forestage.weights.tensorflow.Proto.bytes;
import static io.forestage.weights.tensorflow.Proto.concat;
import static io.forestage.weights.tensorflow.Proto.text;
import static io.forestage.weights.tensorflow.Proto.varint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.weights.WeightFileException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SnappyTest {

    private static final int MOST = 1 << 20;

    /** The compressed bytes were written by the snap crate. */
    @Test
    void decompressesBlocksOfAnotherCompressor() throws WeightFileException {
        String packed =
                """
                f2043c6d6f64656c2f68302f6174746e2f635f0507046220521700007711170031562e00361700152e\
                0032562e00361700152e0033562e00361700152e0034562e00361700152e0035562e00361700152e00\
                36562e00361700152e0037562e00361700152e0038562e00361700152e0039562e00361700152e0031\
                5acd013a1800193036b80135fd3a1800f0477720000102030405060708090a0b0c0d0e0f1011121314\
                15161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d\
                3e3f404142434445\
                """;
        StringBuilder expected = new StringBuilder();
        for (int layer = 0; layer < 12; layer++) {
            expected.append("model/h%d/attn/c_attn/b ".formatted(layer));
            expected.append("model/h%d/attn/c_attn/w ".formatted(layer));
        }
        IntStream.range(0, 70).forEach(c -> expected.append((char) c));
        assertThat(unpack(HexFormat.of().parseHex(packed.strip())))
                .asString()
                .isEqualTo(expected.toString());
    }

    @Test
    void decompressesEveryFormOfAPiece() throws WeightFileException {
        assertThat(unpack(varint(0))).isEmpty();
        // One byte back, eleven long: a run.
        assertThat(unpack(concat(varint(12), bytes(0, 'x', 7 << 2 | 1, 1))))
                .isEqualTo(text("x".repeat(12)));
        byte[] far = new byte[70_000];
        fill(far);
        byte[] literal = concat(bytes(62 << 2, 0x6f, 0x11, 0x01), far);
        assertThat(
                        unpack(
                                concat(
                                        varint(70_000 + 5 + 6 + 7),
                                        literal,
                                        bytes(1 << 2 | 7 << 5 | 1, 0xff), // 2047 back
                                        bytes(5 << 2 | 2, 0xff, 0xff), // 65535 back
                                        bytes(6 << 2 | 3, 0x70, 0x11, 0x01, 0)))) // 70000 back
                .endsWith(
                        concat(
                                Arrays.copyOfRange(far, 70_000 - 2047, 70_000 - 2047 + 5),
                                Arrays.copyOfRange(far, 70_005 - 65_535, 70_005 - 65_535 + 6),
                                Arrays.copyOfRange(far, 11, 18)));
    }

    @ParameterizedTest
    @MethodSource
    void decompressesLiteralsOfEveryForm(int length, byte[] start) throws WeightFileException {
        byte[] literal = new byte[length];
        fill(literal);
        assertThat(unpack(concat(varint(length), start, literal))).isEqualTo(literal);
    }

    static Stream<Arguments> decompressesLiteralsOfEveryForm() {
        return Stream.of(
                arguments(1, bytes(0)),
                arguments(60, bytes(59 << 2)),
                arguments(61, bytes(60 << 2, 60)),
                arguments(256, bytes(60 << 2, 255)),
                arguments(257, bytes(61 << 2, 0, 1)),
                arguments(65_537, bytes(62 << 2, 0, 0, 1)),
                arguments(65_538, bytes(63 << 2, 1, 0, 1, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void packedBytesAreRefusedFor(String what, byte[] packed, String message) {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> unpack(packed))
                .withMessageStartingWith("nowhere: expected ")
                .withMessageContaining(message);
    }

    static Stream<Arguments> packedBytesAreRefusedFor() {
        byte[] four = bytes(3 << 2, 'a', 'b', 'c', 'd');
        return Stream.of(
                arguments("no size", new byte[0], "another byte after byte 0 in it, found the end"),
                arguments(
                        "a size that its bytes cannot unpack to",
                        concat(varint(155), four),
                        "at most 154 decompressed bytes in it, found 155"),
                arguments(
                        "a size of 2^64 - 1",
                        concat(varint(-1), four),
                        "at most 330 decompressed bytes in it, found 18446744073709551615"),
                arguments(
                        "a size beyond the limit",
                        concat(varint(MOST + 1), new byte[MOST]),
                        "at most 1048576 decompressed bytes in it, found 1048577"),
                arguments(
                        "too few bytes",
                        concat(varint(5), four),
                        "5 decompressed bytes in it, found only 4"),
                arguments(
                        "too many bytes as they are",
                        concat(varint(3), four),
                        "3 decompressed bytes in it, found at least 4"),
                arguments(
                        "too many bytes repeated",
                        concat(varint(7), four, bytes(1, 4)),
                        "7 decompressed bytes in it, found at least 8"),
                arguments(
                        "bytes that are not there",
                        concat(varint(4), bytes(3 << 2, 'a', 'b', 'c')),
                        "4 bytes at byte 2 of 5 in it, found only 3"),
                arguments(
                        "2^32 bytes as they are",
                        concat(varint(4), bytes(63 << 2, 255, 255, 255, 255)),
                        "4 decompressed bytes in it, found at least 4294967296"),
                arguments(
                        "a length that is cut short",
                        concat(varint(4), bytes(61 << 2, 3)),
                        "another byte after byte 3 in it"),
                arguments(
                        "a distance that is cut short",
                        concat(varint(9), four, bytes(4 << 2 | 2, 1)),
                        "another byte after byte 8 in it"),
                arguments(
                        "a repetition of nothing",
                        concat(varint(4), bytes(1, 1)),
                        "from 1 to 0 bytes back in it, found 1"),
                arguments(
                        "a repetition from 0 bytes back",
                        concat(varint(8), four, bytes(1, 0)),
                        "from 1 to 4 bytes back in it, found 0"),
                arguments(
                        "a repetition from before the first byte",
                        concat(varint(8), four, bytes(1, 5)),
                        "from 1 to 4 bytes back in it, found 5"),
                arguments(
                        "a repetition from 2^32 - 1 bytes back",
                        concat(varint(8), four, bytes(3 << 2 | 3, 255, 255, 255, 255)),
                        "from 1 to 4 bytes back in it, found 4294967295"));
    }

    /** A run of one byte in its smallest form, as a hostile index would use it. */
    static byte[] packed(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        packed.writeBytes(varint(bytes.length));
        int at = 0;
        while (at < bytes.length) {
            int run = 0;
            while (at > 0
                    && run < 64
                    && at + run < bytes.length
                    && bytes[at + run] == bytes[at - 1]) {
                run++;
            }
            packed.writeBytes(run == 0 ? bytes(0, bytes[at]) : bytes((run - 1) << 2 | 2, 1, 0));
            at += Math.max(1, run);
        }
        return packed.toByteArray();
    }

    /** Bytes that differ wherever a piece starts. */
    private static void fill(byte[] bytes) {
        new Random(3).nextBytes(bytes);
    }

    private byte[] unpack(byte[] packed) throws WeightFileException {
        ByteBuffer unpacked =
                new Snappy(NoBytes.NOWHERE, "it", ByteBuffer.wrap(packed), MOST).unpack();
        byte[] found = new byte[unpacked.remaining()];
        unpacked.get(found);
        return found;
    }
}
