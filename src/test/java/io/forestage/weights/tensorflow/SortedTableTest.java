package io.forestage.weights.tensorflow;

import static io.forestage.weights.tensorflow.Proto.bytes;
import static io.forestage.weights.tensorflow.Proto.concat;
import static io.forestage.weights.tensorflow.Proto.varint;
import static io.forestage.weights.tensorflow.Table.block;
import static io.forestage.weights.tensorflow.Table.handle;
import static io.forestage.weights.tensorflow.Table.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged and hostile tables: each is refused in one line that tells what is wrong. */
class SortedTableTest {

    private static final byte[] HEADER = key(0, "", Proto.header(1));

    private static final byte[] TENSOR = Proto.floats(0, new byte[8], 2);

    private static final byte[] SOUND = block(concat(HEADER, key(0, "a", TENSOR)), 0);

    private static final String BLOCK = " in a block at byte 0, found ";

    private final CheckpointFiles files;

    SortedTableTest(@TempDir Path folder) {
        this.files = new CheckpointFiles(folder);
    }

    @Test
    void whatTheRefusalsStartFromIsSound() {
        files.assertSound(new Table().add("a", SOUND).finish());
    }

    @Test
    void keysShareTheirBeginningsAcrossRestartsAndBlocks() throws WeightFileException {
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
                arguments("no entries", Table.EMPTY_BLOCK, "a key or more in every block"),
                arguments(
                        "a first restart elsewhere",
                        block(two, size),
                        "the first restart at byte 0" + BLOCK + "it at byte " + size),
                arguments(
                        "a restart within a key",
                        block(two, 0, size + 1),
                        "each where a key begins" + BLOCK + "one at byte " + (size + 1)),
                arguments(
                        "a restart beyond the keys",
                        block(two, 0, -1),
                        "each where a key begins" + BLOCK + "one at byte 4294967295"),
                arguments(
                        "one restart twice",
                        block(two, 0, 0),
                        "each where a key begins" + BLOCK + "one at byte 0"),
                arguments(
                        "a restart whose key is not whole",
                        block(concat(two, key(1, "c", TENSOR)), 0, two.length),
                        "shares at most 0 bytes with the one before" + BLOCK + "1"),
                arguments(
                        "a key that shares more than there is",
                        block(concat(two, key(3, "c", TENSOR)), 0),
                        "shares at most 2 bytes with the one before" + BLOCK + "3"),
                arguments(
                        "a first key that shares",
                        block(key(1, "c", TENSOR), 0),
                        "shares at most 0 bytes with the one before" + BLOCK + "1"),
                arguments(
                        "a key that shares 2^64 - 1 bytes",
                        block(concat(two, key(-1, "c", TENSOR)), 0),
                        "at most 2 bytes with the one before" + BLOCK + "18446744073709551615"),
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
                        "a byte more after byte 6" + BLOCK + "the end"),
                arguments(
                        "a number of 11 bytes",
                        block(varint11(), 0),
                        "numbers of 64 bits" + BLOCK + "one of more"),
                arguments(
                        "a number of 65 bits",
                        block(varint65Bits(), 0),
                        "numbers of 64 bits" + BLOCK + "one of more"),
                arguments(
                        "a key twice",
                        block(concat(two, key(2, "", TENSOR)), 0),
                        "each key after the one before" + BLOCK),
                arguments(
                        "the empty key twice",
                        block(concat(HEADER, HEADER), 0),
                        "each key after the one before" + BLOCK),
                arguments(
                        "descending keys",
                        block(concat(two, key(1, "a", TENSOR)), 0),
                        "each key after the one before" + BLOCK),
                arguments(
                        "a key that is the beginning of the one before",
                        block(concat(two, key(1, "", TENSOR)), 0),
                        "each key after the one before" + BLOCK),
                arguments(
                        "a key beyond its last by the index block",
                        block(concat(HEADER, key(0, "\u007f", TENSOR)), 0),
                        "no key beyond the one that the index block gives"));
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

    @Test
    void aBlockThatDoesNotComeAfterTheOneBeforeIsRefused() {
        byte[] other = block(key(0, "b", TENSOR), 0);
        files.assertSound(new Table().add("a", SOUND).add("b", other).finish());
        // "b" is what the first block may hold up to, so that the second may not begin with it.
        files.assertRefused(
                new Table().add("b", SOUND).add("c", other).finish(),
                null,
                "the keys of each block after those of the one before");
        files.assertRefused(
                new Table().add("b", SOUND).add("a", other).finish(),
                null,
                "each key after the one before in the index block at byte ");
    }

    @Test
    void aBlockThatIsNamedTwiceIsRefused() {
        byte[] index = new Table().add("a", SOUND).addHandle("b", handle(0, SOUND.length)).finish();
        files.assertRefused(
                index, null, "a block from byte %d on".formatted(SOUND.length + 5), "at byte 0;");
    }

    @ParameterizedTest
    @MethodSource("handlesThatLieNowhere")
    void aHandleThatLiesNowhereIsRefused(long offset, long size) {
        Table data = new Table().add("a", SOUND).addHandle("b", handle(offset, size));
        files.assertRefused(
                data.finish(),
                null,
                "where the footer begins, found one of "
                        + Long.toUnsignedString(size)
                        + " bytes at byte "
                        + Long.toUnsignedString(offset));
    }

    @ParameterizedTest
    @MethodSource("handlesThatLieNowhere")
    void aFooterWhoseHandlesLieNowhereIsRefused(long offset, long size) {
        Table metaindex = new Table();
        byte[] sound = metaindex.store(Table.EMPTY_BLOCK, 0);
        files.assertRefused(
                metaindex.finish(concat(handle(offset, size), sound)), null, "the metaindex from");
        files.assertRefused(
                metaindex.finish(concat(sound, handle(offset, size))),
                null,
                "the index block from byte 0");
    }

    static Stream<Arguments> handlesThatLieNowhere() {
        return Stream.of(
                arguments(0, 1 << 20),
                arguments(1 << 20, 0),
                arguments(0, Long.MAX_VALUE),
                arguments(Long.MAX_VALUE, 0),
                arguments(Long.MAX_VALUE, Long.MAX_VALUE),
                arguments(-1, 1),
                arguments(1, -1),
                arguments(-5, -5),
                arguments(Long.MIN_VALUE, Long.MIN_VALUE));
    }

    @Test
    void aBlockWhoseTrailerReachesIntoTheFooterIsRefused() {
        byte[] block = Table.EMPTY_BLOCK;
        Table table = new Table();
        byte[] sound = table.store(block, 0);
        files.assertRefused(
                table.finish(concat(sound, handle(0, block.length + 1))),
                null,
                "before byte 13, where the footer begins, found one of 9 bytes at byte 0");
    }

    @Test
    void everyByteOfAnIndexBeforeItsFooterCounts() {
        byte[] sound = new Table().add("a", SOUND).finish();
        files.assertSound(sound);
        for (int at = 0; at < sound.length - TableFooter.BYTES; at++) {
            byte[] wrong = sound.clone();
            wrong[at] ^= 0x10;
            files.assertRefused(wrong, null, "masked CRC-32C ");
        }
    }

    @Test
    void anIndexThatEndsTooEarlyIsRefused() {
        byte[] sound = new Table().add("a", SOUND).finish();
        for (int size = 0; size < sound.length; size++) {
            files.assertRefused(
                    Arrays.copyOf(sound, size),
                    null,
                    "which ends in 57fb808b247547db",
                    "found %d bytes that do not".formatted(size));
        }
    }

    @Test
    void anIndexThatLacksItsBeginningIsRefused() {
        byte[] sound = new Table().add("a", SOUND).finish();
        for (int from = 1; from < sound.length; from++) {
            byte[] rest = Arrays.copyOfRange(sound, from, sound.length);
            CheckpointFiles.write(files.index(), rest);
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> TensorFlowCheckpoint.open(files.index()).close());
        }
    }

    @Test
    void aFooterOfOneByteWrongIsRefused() {
        byte[] sound = new Table().add("a", SOUND).finish();
        for (int at = sound.length - Long.BYTES; at < sound.length; at++) {
            byte[] wrong = sound.clone();
            wrong[at]++;
            files.assertRefused(wrong, null, "name the file that ends in .index");
        }
    }

    @Test
    void aFooterOfEndlessNumbersIsRefused() {
        byte[] handles = new byte[TableFooter.BYTES - Long.BYTES];
        Arrays.fill(handles, (byte) 0xff);
        files.assertRefused(Table.footer(handles), null, "numbers of 64 bits in the footer");
    }

    @Test
    void anIndexBlockWhoseHandleIsCutShortIsRefused() {
        byte[] index = new Table().add("a", SOUND).addHandle("b", bytes(1)).finish();
        files.assertRefused(index, null, "a byte more after byte 1 in the index block");
    }

    @Test
    void anUnknownCompressionIsRefusedByItsNumber() {
        files.assertRefused(
                new Table().addCompressed("~", SOUND, 2).finish(),
                null,
                "compression 0 (none) or 1 (Snappy) of a block at byte 0, found 2;",
                "without compression");
    }

    @Test
    void blocksThatUnpackToTooMuchTogetherAreRefused() {
        Table table = new Table();
        for (int i = 0; i < 3; i++) {
            String name = "%d/".formatted(i);
            byte[] large = new byte[6_000_000];
            byte[] entries =
                    i == 0
                            ? concat(HEADER, key(0, name, other(large)))
                            : key(0, name, other(large));
            table.addCompressed(name, SnappyTest.packed(block(entries, 0)), 1);
        }
        files.assertRefused(table.finish(), null, "unpacked bytes in a block at byte ");
    }

    @Test
    void tooManyKeysAreRefused() {
        byte[] text = Proto.varintField(1, 7);
        byte[][] entries =
                IntStream.range(0, SortedTable.MOST_KEYS)
                        .mapToObj(i -> key(0, "%05d".formatted(i), text))
                        .toArray(byte[][]::new);
        byte[] most = concat(Arrays.copyOf(entries, entries.length - 1));
        files.assertSound(Table.of(HEADER, most));
        files.assertRefused(
                Table.of(HEADER, concat(entries)), null, "at most 32768 keys, found more");
    }

    @Test
    void anIndexThatIsTooLargeIsRefusedUnread() throws IOException {
        byte[] footer = Table.footer(new byte[0]);
        Files.write(files.index(), new byte[0]);
        try (RandomAccessFile sparse = new RandomAccessFile(files.index().toFile(), "rw")) {
            sparse.seek(1L << 40);
            sparse.write(footer);
        }
        CheckpointFiles.assertRefused(
                files.index(),
                files.index() + ": ",
                "an index of at most 16777216 bytes, found 1099511627824 bytes");
    }

    /** An entry of text, with a field that nobody knows. */
    private static byte[] other(byte[] unknown) {
        return concat(Proto.varintField(1, 7), Proto.bytesField(15, unknown));
    }

    private static byte[] varint11() {
        byte[] bytes = new byte[11];
        Arrays.fill(bytes, 0, 10, (byte) 0x80);
        return bytes;
    }

    private static byte[] varint65Bits() {
        byte[] bytes = new byte[10];
        Arrays.fill(bytes, 0, 9, (byte) 0x80);
        bytes[9] = 2;
        return bytes;
    }
}
