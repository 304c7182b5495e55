package io.forestage.weights.tensorflow;

import static io.forestage.weights.tensorflow.Proto.bytes;
import static io.forestage.weights.tensorflow.Proto.concat;
import static io.forestage.weights.tensorflow.Proto.varint;
import static io.forestage.weights.tensorflow.Table.block;
import static io.forestage.weights.tensorflow.Table.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Valid and damaged blocks: each damaged one is refused with one line. */
class TableBlockTest {

    private static final byte[] HEADER = key(0, "", Proto.header(1));

    private static final byte[] TENSOR = Proto.floats(0, new byte[8], 2);

    private static final String BLOCK = " in a block at byte 0, found ";

    private final CheckpointFiles files;

    TableBlockTest(@TempDir Path folder) {
        this.files = new CheckpointFiles(folder);
    }

    @Test
    void keysSharePrefixesBetweenRestarts() throws WeightFileException {
        byte[] first = concat(HEADER, key(0, "layer/1", TENSOR), key(6, "2", TENSOR));
        byte[] last = concat(key(0, "layer/3", TENSOR), key(6, "30", TENSOR));
        byte[] other = key(0, "layer/4", TENSOR);
        byte[] index =
                new Table()
                        .add("layer/2", block(first, 0))
                        .add("layer/4", block(concat(last, other), 0, last.length))
                        .finish();
        try (WeightFile file = files.open(index, new byte[8])) {
            assertThat(file.tensors())
                    .extracting(TensorEntry::name)
                    .containsExactlyInAnyOrder(
                            "layer/1", "layer/2", "layer/3", "layer/30", "layer/4");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aBlockIsRefusedFor(String what, byte[] block, String message) {
        files.assertRefused(new Table().add("~", block).finish(), null, message);
    }

    static Stream<Arguments> aBlockIsRefusedFor() {
        int size = concat(HEADER).length;
        byte[] two = concat(HEADER, key(0, "ab", TENSOR));
        return Stream.of(
                arguments("no bytes", new byte[0], "1 to 1 restarts" + BLOCK + "0"),
                arguments("three bytes", new byte[3], "1 to 1 restarts" + BLOCK + "0"),
                arguments("no restarts", block(two), " restarts" + BLOCK + "0"),
                arguments(
                        "more restarts than it has room for",
                        concat(two, Proto.fixed32(1 << 20)),
                        " restarts" + BLOCK + "1048576"),
                arguments(
                        "2^32 - 1 restarts",
                        concat(two, Proto.fixed32(-1)),
                        " restarts" + BLOCK + "4294967295"),
                arguments("no entries", Table.EMPTY_BLOCK, "at least one key in every block"),
                arguments(
                        "a first restart elsewhere",
                        block(two, size),
                        "the first restart at byte 0" + BLOCK + "byte " + size),
                arguments(
                        "a restart within a key",
                        block(two, 0, size + 1),
                        "each where a key starts" + BLOCK + "one at byte " + (size + 1)),
                arguments(
                        "a restart beyond the keys",
                        block(two, 0, -1),
                        "each where a key starts" + BLOCK + "one at byte 4294967295"),
                arguments(
                        "one restart twice",
                        block(two, 0, 0),
                        "each where a key starts" + BLOCK + "one at byte 0"),
                arguments(
                        "a restart whose key is not whole",
                        block(concat(two, key(1, "c", TENSOR)), 0, two.length),
                        "shares at most 0 bytes with the previous one" + BLOCK + "1"),
                arguments(
                        "a key that shares more than there is",
                        block(concat(two, key(3, "c", TENSOR)), 0),
                        "shares at most 2 bytes with the previous one" + BLOCK + "3"),
                arguments(
                        "a first key that shares",
                        block(key(1, "c", TENSOR), 0),
                        "shares at most 0 bytes with the previous one" + BLOCK + "1"),
                arguments(
                        "a key that shares 2^64 - 1 bytes",
                        block(concat(two, key(-1, "c", TENSOR)), 0),
                        "at most 2 bytes with the previous one" + BLOCK + "18446744073709551615"),
                arguments(
                        "a key of 2^63 bytes",
                        block(concat(varint(0), varint(Long.MIN_VALUE), varint(0)), 0),
                        "keys of at most 1024 bytes"
                                + BLOCK
                                + "0 shared bytes and 9223372036854775"),
                arguments(
                        "a key of 1,025 bytes",
                        block(concat(HEADER, key(0, "k".repeat(1025), TENSOR)), 0),
                        "keys of at most 1024 bytes" + BLOCK + "0 shared bytes and 1025 more"),
                arguments(
                        "a key that grows to 1,025 bytes",
                        block(
                                concat(
                                        HEADER,
                                        key(0, "k".repeat(1024), TENSOR),
                                        key(1024, "k", TENSOR)),
                                0),
                        "keys of at most 1024 bytes" + BLOCK + "1024 shared bytes and 1 more"),
                arguments(
                        "a key beyond its end",
                        block(concat(HEADER, bytes(0, 9, 0)), 0),
                        "9 bytes at byte 8 of 8" + BLOCK + "only 0"),
                arguments(
                        "a value beyond its end",
                        block(concat(HEADER, bytes(0, 1, 9, 'a')), 0),
                        "9 bytes at byte 9 of 9" + BLOCK + "only 0"),
                arguments(
                        "a value of 2^64 - 1 bytes",
                        block(concat(HEADER, bytes(0, 1), varint(-1), bytes('a')), 0),
                        "18446744073709551615 bytes at byte 18 of 18" + BLOCK + "only 0"),
                arguments(
                        "its end within an entry",
                        block(concat(HEADER, bytes(0)), 0),
                        "another byte after byte 6" + BLOCK + "the end"),
                arguments(
                        "a number of 11 bytes",
                        block(Proto.varintOf11Bytes(), 0),
                        "numbers of 64 bits" + BLOCK + "a larger one"),
                arguments(
                        "a number of 65 bits",
                        block(varint65Bits(), 0),
                        "numbers of 64 bits" + BLOCK + "a larger one"),
                arguments(
                        "a key twice",
                        block(concat(two, key(2, "", TENSOR)), 0),
                        "ascending keys" + BLOCK),
                arguments(
                        "the empty key twice",
                        block(concat(HEADER, HEADER), 0),
                        "ascending keys" + BLOCK),
                arguments(
                        "descending keys",
                        block(concat(two, key(1, "a", TENSOR)), 0),
                        "ascending keys" + BLOCK),
                arguments(
                        "a key that is the beginning of the one before",
                        block(concat(two, key(1, "", TENSOR)), 0),
                        "ascending keys" + BLOCK),
                arguments(
                        "a key beyond its last by the index block",
                        block(concat(HEADER, key(0, "\u007f", TENSOR)), 0),
                        "no key after the key in the index block"));
    }

    @Test
    void keysAreOrderedByUnsignedBytes() throws WeightFileException {
        byte[] index =
                new Table()
                        .add(
                                "ü",
                                block(concat(HEADER, key(0, "z", TENSOR), key(0, "ü", TENSOR)), 0))
                        .finish();
        try (WeightFile file = files.open(index, new byte[8])) {
            assertThat(file.find("ü")).isPresent();
        }
    }

    private static byte[] varint65Bits() {
        byte[] bytes = new byte[10];
        Arrays.fill(bytes, 0, 9, (byte) 0x80);
        bytes[9] = 2;
        return bytes;
    }
}
