package io.forestage.weights.tensorflow;

import static io.forestage.weights.tensorflow.Proto.bytes;
import static io.forestage.weights.tensorflow.Proto.concat;
import static io.forestage.weights.tensorflow.Table.block;
import static io.forestage.weights.tensorflow.Table.handle;
import static io.forestage.weights.tensorflow.Table.key;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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

/** Damaged and hostile tables: each is refused with one line that names the problem. */
class SortedTableTest {

    private static final byte[] HEADER = key(0, "", Proto.header(1));

    private static final byte[] TENSOR = Proto.floats(0, new byte[8], 2);

    private static final byte[] VALID = block(concat(HEADER, key(0, "a", TENSOR)), 0);

    private final CheckpointFiles files;

    SortedTableTest(@TempDir Path folder) {
        this.files = new CheckpointFiles(folder);
    }

    @Test
    void theUnchangedTableIsValid() {
        files.assertValid(new Table().add("a", VALID).finish());
    }

    @Test
    void blocksInAnotherOrderAreRefused() {
        byte[] other = block(key(0, "b", TENSOR), 0);
        files.assertValid(new Table().add("a", VALID).add("b", other).finish());
        // The first block may have keys up to "b", so the second must not start with it.
        files.assertRefused(
                new Table().add("b", VALID).add("c", other).finish(),
                null,
                "ascending keys from block to block");
        files.assertRefused(
                new Table().add("b", VALID).add("a", other).finish(),
                null,
                "ascending keys in the index block at byte ");
    }

    @Test
    void aRepeatedBlockIsRefused() {
        byte[] index = new Table().add("a", VALID).addHandle("b", handle(0, VALID.length)).finish();
        files.assertRefused(
                index,
                null,
                "a block between byte %d and byte ".formatted(VALID.length + 5),
                "at byte 0;");
    }

    @ParameterizedTest
    @MethodSource("handlesOutsideTheTable")
    void aHandleOutsideTheTableIsRefused(long offset, long size) {
        Table data = new Table().add("a", VALID).addHandle("b", handle(offset, size));
        files.assertRefused(
                data.finish(),
                null,
                "where the footer starts, found one of "
                        + Long.toUnsignedString(size)
                        + " bytes at byte "
                        + Long.toUnsignedString(offset));
    }

    @ParameterizedTest
    @MethodSource("handlesOutsideTheTable")
    void aFooterWithHandlesOutsideTheTableIsRefused(long offset, long size) {
        Table metaindex = new Table();
        byte[] valid = metaindex.store(Table.EMPTY_BLOCK, 0);
        files.assertRefused(
                metaindex.finish(concat(handle(offset, size), valid)),
                null,
                "the metaindex between");
        files.assertRefused(
                metaindex.finish(concat(valid, handle(offset, size))),
                null,
                "the index block between byte 0");
    }

    static Stream<Arguments> handlesOutsideTheTable() {
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
    void aBlockWhoseTrailerOverlapsTheFooterIsRefused() {
        byte[] block = Table.EMPTY_BLOCK;
        Table table = new Table();
        byte[] valid = table.store(block, 0);
        files.assertRefused(
                table.finish(concat(valid, handle(0, block.length + 1))),
                null,
                "byte 13, where the footer starts, found one of 9 bytes at byte 0");
    }

    @Test
    void everyByteBeforeTheFooterIsChecked() {
        byte[] valid = new Table().add("a", VALID).finish();
        files.assertValid(valid);
        for (int at = 0; at < valid.length - SortedTable.Footer.BYTES; at++) {
            byte[] wrong = valid.clone();
            wrong[at] ^= 0x10;
            files.assertRefused(wrong, null, "masked CRC-32C ");
        }
    }

    @Test
    void aTruncatedIndexIsRefused() {
        byte[] valid = new Table().add("a", VALID).finish();
        for (int size = 0; size < valid.length; size++) {
            files.assertRefused(
                    Arrays.copyOf(valid, size),
                    null,
                    "which ends in 57fb808b247547db",
                    "found a file of %d bytes that does not".formatted(size));
        }
    }

    @Test
    void anIndexWithoutItsStartIsRefused() {
        byte[] valid = new Table().add("a", VALID).finish();
        for (int from = 1; from < valid.length; from++) {
            byte[] rest = Arrays.copyOfRange(valid, from, valid.length);
            CheckpointFiles.write(files.index(), rest);
            assertThatExceptionOfType(WeightFileException.class)
                    .isThrownBy(() -> TensorFlowCheckpoint.open(files.index()).close());
        }
    }

    @Test
    void aFooterWithOneWrongByteIsRefused() {
        byte[] valid = new Table().add("a", VALID).finish();
        for (int at = valid.length - Long.BYTES; at < valid.length; at++) {
            byte[] wrong = valid.clone();
            wrong[at]++;
            files.assertRefused(wrong, null, "name the file that ends in .index");
        }
    }

    @Test
    void aFooterOfEndlessNumbersIsRefused() {
        byte[] handles = new byte[SortedTable.Footer.BYTES - Long.BYTES];
        Arrays.fill(handles, (byte) 0xff);
        files.assertRefused(Table.footer(handles), null, "numbers of 64 bits in the footer");
    }

    @Test
    void aTruncatedHandleIsRefused() {
        byte[] index = new Table().add("a", VALID).addHandle("b", bytes(1)).finish();
        files.assertRefused(index, null, "another byte after byte 1 in the index block");
    }

    @Test
    void anUnknownCompressionIsRefusedByItsNumber() {
        files.assertRefused(
                new Table().addCompressed("~", VALID, 2).finish(),
                null,
                "compression 0 (none) or 1 (Snappy) of a block at byte 0, found 2;",
                "without compression");
    }

    @Test
    void blocksThatAreTooLargeTogetherAreRefused() {
        Table table = new Table();
        for (int i = 0; i < 3; i++) {
            String name = "%d/".formatted(i);
            byte[] large = new byte[3_000_000];
            byte[] entries =
                    i == 0
                            ? concat(HEADER, key(0, name, other(large)))
                            : key(0, name, other(large));
            table.addCompressed(name, SnappyTest.packed(block(entries, 0)), 1);
        }
        files.assertRefused(table.finish(), null, "decompressed bytes in a block at byte ");
    }

    @Test
    void tooManyKeysAreRefused() {
        byte[] text = Proto.varintField(1, 7);
        byte[][] entries =
                IntStream.range(0, SortedTable.MAX_KEYS)
                        .mapToObj(i -> key(0, "%05d".formatted(i), text))
                        .toArray(byte[][]::new);
        byte[] max = concat(Arrays.copyOf(entries, entries.length - 1));
        files.assertValid(Table.of(HEADER, max));
        files.assertRefused(
                Table.of(HEADER, concat(entries)), null, "at most 32768 keys, found more");
    }

    @Test
    void aTooLargeIndexIsNotRead() throws IOException {
        byte[] footer = Table.footer(new byte[0]);
        Files.write(files.index(), new byte[0]);
        try (RandomAccessFile sparse = new RandomAccessFile(files.index().toFile(), "rw")) {
            sparse.seek(1L << 40);
            sparse.write(footer);
        }
        CheckpointFiles.assertRefused(
                files.index(),
                files.index() + ": ",
                "an index of at most 8388608 bytes, found 1099511627824 bytes");
    }

    /** An entry of text, with an unknown field. */
    private static byte[] other(byte[] unknown) {
        return concat(Proto.varintField(1, 7), Proto.bytesField(15, unknown));
    }
}
