package io.forestage.weights.tensorflow;

import static io.forestage.weights.tensorflow.Proto.bytes;
import static io.forestage.weights.tensorflow.Proto.bytesField;
import static io.forestage.weights.tensorflow.Proto.concat;
import static io.forestage.weights.tensorflow.Proto.fixed32Field;
import static io.forestage.weights.tensorflow.Proto.varint;
import static io.forestage.weights.tensorflow.Proto.varintField;
import static io.forestage.weights.tensorflow.Table.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Valid and invalid descriptions of a checkpoint and its tensors. */
class BundleIndexTest {

    private static final byte[] VALID = Proto.floats(0, new byte[8], 2);

    private static final long[] TWO = {2};

    private final CheckpointFiles files;

    BundleIndexTest(@TempDir Path folder) {
        this.files = new CheckpointFiles(folder);
    }

    @Test
    void theUnchangedIndexIsValid() {
        files.assertValid(Table.of("a", VALID));
    }

    @ParameterizedTest
    @CsvSource({
        "1, F32",
        "2, F64",
        "3, I32",
        "4, U8",
        "5, I16",
        "6, I8",
        "9, I64",
        "10, BOOL",
        "14, BF16",
        "17, U16",
        "19, F16",
        "22, U32",
        "23, U64",
        "24, F8_E5M2",
        "25, F8_E4M3"
    })
    void aTypeIsReadAs(int number, ElementType type) throws WeightFileException {
        byte[] data = new byte[2 * type.bytes()];
        byte[] entry = Proto.entry(number, TWO, 0, 0, data.length, Proto.crc(data));
        try (WeightFile file = files.open(Table.of("a", entry), data)) {
            assertThat(file.require("a")).isEqualTo(new TensorEntry("a", type, List.of(2L)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "7, DT_STRING",
        "8, DT_COMPLEX64",
        "18, DT_COMPLEX128",
        "20, DT_RESOURCE",
        "21, DT_VARIANT",
        "12, data type 12",
        "-1, data type -1"
    })
    void anotherTypeIsLeftOutAndListed(long number, String name) throws WeightFileException {
        // Its other fields are not checked: neither the size nor the shard.
        byte[] other = Proto.entry(number, new long[] {-1}, 99, -1, 77, 0);
        byte[] index =
                Table.of(key(0, "", Proto.header(1)), key(0, "a", VALID), key(0, "b", other));
        try (WeightFile file = files.open(index, new byte[8])) {
            assertThat(file.tensors()).extracting(TensorEntry::name).containsExactly("a");
            assertThat(file.metadata()).isEqualTo(Map.of("b", name)).isUnmodifiable();
        }
    }

    @Test
    void unknownFieldsAreSkipped() throws WeightFileException {
        byte[] unknown =
                concat(
                        varintField(100, -1),
                        bytesField(101, new byte[9]),
                        fixed32Field(102, 7),
                        concat(varint(103 << 3 | 1), new byte[8]),
                        varintField((1 << 29) - 1, 5));
        byte[] dimension = bytesField(2, concat(unknown, varintField(1, 2), unknown));
        byte[] entry =
                concat(
                        unknown,
                        varintField(1, 1),
                        bytesField(2, concat(unknown, dimension, varintField(3, 0))),
                        varintField(5, 8),
                        unknown);
        byte[] version = bytesField(3, concat(unknown, varintField(2, 1)));
        byte[] header = concat(unknown, varintField(1, 1), version);
        byte[] index = Table.of(key(0, "", header), key(0, "a", entry));
        try (WeightFile file = files.open(index, new byte[8])) {
            assertThat(file.require("a").shape()).containsExactly(2L);
        }
    }

    @Test
    void theLastOfSeveralValuesCounts() throws WeightFileException {
        byte[] entry = concat(varintField(1, 7), varintField(5, 99), VALID);
        try (WeightFile file = files.open(Table.of("a", entry), new byte[8])) {
            assertThat(file.require("a").shape()).containsExactly(2L);
        }
    }

    @Test
    void aTensorMayBeAScalarOrEmpty() throws WeightFileException {
        byte[] index =
                Table.of(
                        key(0, "", Proto.header(1)),
                        key(0, "empty", Proto.floats(4, new byte[0], 0, 1L << 40, 1L << 40)),
                        key(0, "scalar", Proto.floats(0, new byte[4])));
        try (WeightFile file = files.open(index, new byte[4])) {
            assertThat(file.require("scalar").shape()).isEmpty();
            assertThat(file.require("empty").byteSize()).isZero();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void anEntryIsRefusedFor(String what, byte[] entry, String message) {
        files.assertRefused(Table.of("a", entry), "a", message);
    }

    static Stream<Arguments> anEntryIsRefusedFor() {
        byte[] message = bytes(0x12, 2, 0x08);
        return Stream.of(
                // The message.
                arguments("field 0", varintField(0, 1), "fields from 1 to 536870911 in its entry"),
                arguments("field 2^29", varintField(1 << 29, 1), "found field 536870912"),
                arguments(
                        "field 2^32 + 1",
                        concat(varint((1L << 35) + 8), varint(1)),
                        "found field 4294967297"),
                arguments(
                        "a group",
                        bytes(0x0b, 0x0c),
                        "0 for field 1 in its entry, found wire type 3"),
                arguments("an unknown group", bytes(0x7b, 0x7c), "1, 2 and 5 in its entry, found"),
                arguments("the end of a group", bytes(0x7c), "found wire type 4"),
                arguments("wire type 6", bytes(0x7e), "found wire type 6"),
                arguments("wire type 7", bytes(0x7f), "found wire type 7"),
                arguments(
                        "a message as its type",
                        bytesField(1, bytes(1)),
                        "wire type 0 for field 1 in its entry, found wire type 2"),
                arguments(
                        "a number as its shape",
                        varintField(2, 1),
                        "wire type 2 for field 2 in its entry, found wire type 0"),
                arguments(
                        "a number as its checksum",
                        varintField(6, 1),
                        "wire type 5 for field 6 in its entry, found wire type 0"),
                arguments("a field without a value", bytes(8), "another byte after byte 1 in its"),
                arguments("a number cut short", bytes(8, 0x80), "another byte after byte 2 in its"),
                arguments("half a checksum", bytes(0x35, 1, 2), "4 bytes at byte 1 of 3 in its"),
                arguments("half an unknown word", bytes(0x79, 1), "8 bytes at byte 1 of 2 in its"),
                arguments("a shape beyond its end", message, "2 bytes at byte 2 of 3 in its entry"),
                arguments(
                        "a shape of 2^64 - 1 bytes",
                        concat(bytes(0x12), varint(-1)),
                        "18446744073709551615 bytes at byte 11 of 11 in its entry"),
                arguments(
                        "unknown bytes beyond its end",
                        bytes(0x7a, 100),
                        "100 bytes at byte 2 of 2 in its entry"),
                arguments(
                        "a dimension cut short",
                        bytesField(2, bytesField(2, bytes(8))),
                        "another byte after byte 1 in a dimension of the shape of its entry"),
                arguments(
                        "a number of 11 bytes",
                        concat(bytes(8), Proto.varintOf11Bytes()),
                        "numbers of 64 bits in its entry"),
                // Its values.
                arguments("nothing", new byte[0], "a data type, found none"),
                arguments(
                        "two bytes too few",
                        Proto.entry(1, TWO, 0, 0, 6, 0),
                        "8 bytes for F32 [2], found a size of 6"),
                arguments(
                        "two bytes too many",
                        Proto.entry(1, TWO, 0, 0, 10, 0),
                        "8 bytes for F32 [2], found a size of 10"),
                arguments(
                        "a size of -1",
                        Proto.entry(1, TWO, 0, 0, -1, 0),
                        "8 bytes for F32 [2], found a size of -1"),
                arguments(
                        "a shape of 2^40 elements",
                        Proto.entry(1, new long[] {1 << 20, 1 << 20}, 0, 0, 8, 0),
                        "4398046511104 bytes for F32 [1048576, 1048576], found a size of 8"),
                arguments(
                        "a shape of 2^63 bytes",
                        Proto.entry(1, new long[] {1L << 61}, 0, 0, 8, 0),
                        "fewer than 2^63 bytes, found F32 [2305843009213693952]"),
                arguments(
                        "a shape of 2^64 elements",
                        Proto.entry(1, new long[] {1L << 32, 1L << 32}, 0, 0, 0, 0),
                        "fewer than 2^63 bytes, found F32 [4294967296, 4294967296]"),
                arguments(
                        "a negative dimension",
                        Proto.entry(1, new long[] {-2, -1}, 0, 0, 8, 0),
                        "none negative or unknown, and fewer than 2^63 bytes, found F32 [-2, -1]"),
                arguments(
                        "an unknown rank",
                        concat(VALID, bytesField(2, varintField(3, 1))),
                        "none negative or unknown, and fewer than 2^63 bytes, found F32 [2, -1]"),
                arguments(
                        "65 dimensions",
                        Proto.entry(
                                1, LongStream.generate(() -> 1).limit(65).toArray(), 0, 0, 4, 0),
                        "at most 64 dimensions"),
                arguments(
                        "255 dimensions",
                        Proto.entry(7, new long[255], 0, 0, 4, 0),
                        "at most 254 dimensions in the shape of its entry, found more"),
                arguments(
                        "shard 1 of 1",
                        Proto.entry(1, TWO, 1, 0, 8, 0),
                        "a shard from 0 to 0, found shard 1"),
                arguments(
                        "shard -1",
                        Proto.entry(1, TWO, -1, 0, 8, 0),
                        "a shard from 0 to 0, found shard -1"),
                arguments(
                        "shard 2^32",
                        Proto.entry(1, TWO, 1L << 32, 0, 8, 0),
                        "a shard from 0 to 0, found shard 4294967296"),
                arguments(
                        "an offset of -1",
                        Proto.entry(1, TWO, 0, -1, 8, 0),
                        "an offset of 0 or more, found offset -1"),
                arguments(
                        "slices",
                        concat(
                                varintField(1, 1),
                                bytesField(2, Proto.shape(2)),
                                bytesField(7, bytes())),
                        "a tensor in one piece, found one in slices, as from a partitioned"
                                + " variable"));
    }

    @Test
    void aSlicedTensorIsRefusedByName() {
        byte[] slice = key(0, "\0a\0\1\1", Proto.floats(0, new byte[4], 1));
        byte[] whole =
                concat(varintField(1, 1), bytesField(2, Proto.shape(2)), bytesField(7, bytes()));
        files.assertRefused(
                Table.of(key(0, "", Proto.header(1)), slice, key(0, "a", whole)),
                "a",
                "one in slices",
                "save the model again without partitioned variables");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aHeaderIsRefusedFor(String what, byte[] header, String message) {
        files.assertRefused(Table.of(key(0, "", header), key(0, "a", VALID)), null, message);
    }

    static Stream<Arguments> aHeaderIsRefusedFor() {
        String shards = "1 to 1000 shards in the checkpoint's header, found ";
        return Stream.of(
                arguments("nothing", new byte[0], shards + "0"),
                arguments("-1 shards", Proto.header(-1), shards + "-1"),
                arguments("1,001 shards", Proto.header(1001), shards + "1001"),
                arguments("2^32 + 1 shards", Proto.header((1L << 32) + 1), shards + "4294967297"),
                arguments(
                        "an unknown byte order",
                        concat(Proto.header(1), varintField(2, 2)),
                        "byte order 0 (little) or 1 (big) in the checkpoint's header, found 2"),
                arguments(
                        "a later version",
                        concat(Proto.header(1), bytesField(3, varintField(2, 2))),
                        "a checkpoint for readers of version 1, found one for version 2 or later"),
                arguments(
                        "a version cut short",
                        concat(Proto.header(1), bytesField(3, bytes(0x10))),
                        "another byte after byte 1 in the version of the checkpoint's header"));
    }

    @Test
    void anIndexWithoutAHeaderIsRefused() {
        String message = "a checkpoint's header under the empty key, found none";
        files.assertRefused(Table.of(key(0, "a", VALID)), null, message);
        files.assertRefused(new Table().finish(), null, message);
    }

    @Test
    void aNameThatIsNotUtf8IsRefused() {
        byte[] key = concat(varint(0), varint(2), varint(VALID.length), bytes('a', 0xe9), VALID);
        files.assertRefused(
                Table.of(key(0, "", Proto.header(1)), key),
                "a\u00e9",
                "a name in UTF-8, found malformed UTF-8");
    }
}
