package io.forestage.weights.tensorflow;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A table of LevelDB's format: blocks of sorted keys, then a block that tells where those are, then
 * the footer. All of it is checked, each checksum too, as its entries are visited.
 */
final class SortedTable {

    /** 256 bytes for each key that there may be; TensorFlow's own indexes take some 40. */
    static final int LARGEST = 1 << 23;

    /** With the longest key, this bounds what a hostile index makes us keep. */
    static final int MOST_KEYS = 1 << 15;

    private final FileBytes file;
    private int keys;

    private SortedTable(FileBytes file) {
        this.file = file;
    }

    /** Takes the entries in the order of their keys. */
    @FunctionalInterface
    interface Visitor {
        void visit(byte[] key, ByteBuffer value) throws WeightFileException;
    }

    static void visit(FileBytes file, Visitor visitor) throws WeightFileException {
        TableFooter footer = TableFooter.read(file);
        if (file.size() > LARGEST) {
            throw file.problem(
                    null,
                    "an index of at most %d bytes".formatted(LARGEST),
                    "%d bytes".formatted(file.size()),
                    "check that it is a checkpoint's index and no other table");
        }
        new SortedTable(file).visit(TableBlocks.read(file), footer, visitor);
    }

    private void visit(TableBlocks blocks, TableFooter footer, Visitor visitor)
            throws WeightFileException {
        // Checkpoints keep nothing in the metaindex, but a damaged one tells of a damaged file.
        TableBlock metaindex = blocks.block("the metaindex", footer.metaindex(), 0);
        while (metaindex.next()) {
            count();
        }
        TableBlock index = blocks.block("the index block", footer.index(), 0);
        byte[] before = {};
        long end = 0;
        while (index.next()) {
            Cursor place = new Cursor(file, null, "the index block", index.value());
            BlockHandle handle = BlockHandle.read(place);
            // One block under many keys would be read as many times.
            TableBlock block = blocks.block("a block", handle, end);
            visit(block, before, index.key(), end == 0, visitor);
            before = index.key();
            end = handle.end();
        }
    }

    /**
     * Visits a block.
     *
     * @param before what its keys come after, unless the block is the first
     * @param last what its keys do not come after
     */
    private void visit(
            TableBlock block, byte[] before, byte[] last, boolean isFirst, Visitor visitor)
            throws WeightFileException {
        if (!block.next()) {
            throw wrong("a key or more in every block", "none");
        }
        if (!isFirst && Arrays.compareUnsigned(block.key(), before) <= 0) {
            throw wrong("the keys of each block after those of the one before", "other keys");
        }
        do {
            count();
            if (Arrays.compareUnsigned(block.key(), last) > 0) {
                throw wrong("no key beyond the one that the index block gives", "one beyond");
            }
            visitor.visit(block.key(), block.value());
        } while (block.next());
    }

    private void count() throws WeightFileException {
        keys++;
        if (keys > MOST_KEYS) {
            throw file.problem(
                    null,
                    "at most %d keys".formatted(MOST_KEYS),
                    "more",
                    "write the checkpoint again with the model's variables alone");
        }
    }

    private WeightFileException wrong(String expected, String found) {
        return file.problem(null, expected, found, FileBytes.DAMAGED);
    }
}
