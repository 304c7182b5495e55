package io.forestage.weights.tensorflow;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A table in LevelDB's format: blocks of sorted keys, then an index block with their positions,
 * then the footer. Everything is checked while the entries are visited, including each checksum.
 */
final class SortedTable {

    /** 256 bytes for each key; TensorFlow's indexes have about 40. */
    static final int MAX_BYTES = 1 << 23;

    /** With the longest key, this bounds the memory that a hostile index can take. */
    static final int MAX_KEYS = 1 << 15;

    private final FileBytes file;
    private int keys;

    private SortedTable(FileBytes file) {
        this.file = file;
    }

    /** Receives the entries in the order of their keys. */
    @FunctionalInterface
    interface Visitor {
        void visit(byte[] key, ByteBuffer value) throws WeightFileException;
    }

    static void visit(FileBytes file, Visitor visitor) throws WeightFileException {
        Footer footer = Footer.read(file);
        if (file.size() > MAX_BYTES) {
            throw file.problem(
                    null,
                    "an index of at most %d bytes".formatted(MAX_BYTES),
                    "%d bytes".formatted(file.size()),
                    "check that it is the index of a checkpoint");
        }
        new SortedTable(file).visit(Blocks.read(file), footer, visitor);
    }

    private void visit(Blocks blocks, Footer footer, Visitor visitor) throws WeightFileException {
        // Checkpoints store nothing in the metaindex, but if it is damaged, the file is.
        TableBlock metaindex = blocks.block("the metaindex", footer.metaindex(), 0);
        while (metaindex.next()) {
            count();
        }
        TableBlock index = blocks.block("the index block", footer.index(), 0);
        byte[] previous = {};
        long end = 0;
        while (index.next()) {
            Cursor place = new Cursor(file, null, "the index block", index.value());
            BlockHandle handle = BlockHandle.read(place);
            // Blocks must ascend: one block under many keys would be read many times.
            TableBlock block = blocks.block("a block", handle, end);
            visit(block, previous, index.key(), end == 0, visitor);
            previous = index.key();
            end = handle.end();
        }
    }

    /**
     * Visits a block.
     *
     * @param previous a key before all of the block's keys; ignored for the first block
     * @param last the largest key that the block may have
     */
    private void visit(
            TableBlock block, byte[] previous, byte[] last, boolean isFirst, Visitor visitor)
            throws WeightFileException {
        if (!block.next()) {
            throw wrong("at least one key in every block", "none");
        }
        if (!isFirst && Arrays.compareUnsigned(block.key(), previous) <= 0) {
            throw wrong("ascending keys from block to block", "another order");
        }
        do {
            count();
            if (Arrays.compareUnsigned(block.key(), last) > 0) {
                throw wrong("no key after the key in the index block", "a later key");
            }
            visitor.visit(block.key(), block.value());
        } while (block.next());
    }

    private void count() throws WeightFileException {
        keys++;
        if (keys > MAX_KEYS) {
            throw file.problem(
                    null,
                    "at most %d keys".formatted(MAX_KEYS),
                    "more",
                    "write the checkpoint again with only the model's variables");
        }
    }

    private WeightFileException wrong(String expected, String found) {
        return file.problem(null, expected, found, FileBytes.DAMAGED);
    }

    /**
     * The end of a table: the places of its metaindex and index block, padding, and the magic
     * number.
     */
    record Footer(BlockHandle metaindex, BlockHandle index) {

        static final int BYTES = 48;

        private static final long MAGIC = 0xdb4775248b80fb57L;

        static Footer read(FileBytes file) throws WeightFileException {
            if (!isIn(file)) {
                throw file.problem(
                        null,
                        "the index of a TensorFlow checkpoint, which ends in %016x"
                                .formatted(Long.reverseBytes(MAGIC)),
                        "a file of %d bytes that does not".formatted(file.size()),
                        "name the file that ends in .index, or fetch it again");
            }
            ByteBuffer bytes = ByteBuffer.allocate(BYTES - Long.BYTES);
            file.read(null, file.size() - BYTES, bytes);
            Cursor cursor = new Cursor(file, null, "the footer", bytes.flip());
            return new Footer(BlockHandle.read(cursor), BlockHandle.read(cursor));
        }

        /** Returns whether a file is long enough for a footer and ends with the magic number. */
        static boolean isIn(FileBytes file) throws WeightFileException {
            if (file.size() < BYTES) {
                return false;
            }
            ByteBuffer magic = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.read(null, file.size() - Long.BYTES, magic);
            return magic.getLong(0) == MAGIC;
        }
    }

    /**
     * The place of a block in the table.
     *
     * @param size the number of stored bytes, without the trailer that follows them
     */
    record BlockHandle(long offset, long size) {

        /** One byte for the compression, four for the checksum. */
        static final int TRAILER = 5;

        static BlockHandle read(Cursor cursor) throws WeightFileException {
            return new BlockHandle(cursor.varint(), cursor.varint());
        }

        /**
         * Returns whether the block and its trailer lie between two positions, without overflow.
         */
        boolean liesBetween(long start, long end) {
            return offset >= start
                    && size >= 0
                    && offset <= end
                    && end - offset >= TRAILER
                    && size <= end - offset - TRAILER;
        }

        /** Returns the position after the trailer; only for a handle that has been checked. */
        long end() {
            return offset + size + TRAILER;
        }

        String description() {
            return "one of %s bytes at byte %s"
                    .formatted(Long.toUnsignedString(size), Long.toUnsignedString(offset));
        }
    }

    /** The blocks of a table in memory: bounded, checked and decompressed one at a time. */
    private static final class Blocks {

        private static final byte PLAIN = 0;

        private static final byte SNAPPY = 1;

        private final FileBytes file;

        /** All bytes before the footer. */
        private final ByteBuffer bytes;

        /** The largest size to which further blocks may decompress. */
        private int room = SortedTable.MAX_BYTES;

        Blocks(FileBytes file, ByteBuffer bytes) {
            this.file = file;
            this.bytes = bytes;
        }

        /**
         * Checks and decompresses a block.
         *
         * @param name the block's name for messages
         * @param start the first position at which the block may start
         */
        TableBlock block(String name, BlockHandle handle, long start) throws WeightFileException {
            if (!handle.liesBetween(start, bytes.limit())) {
                throw file.problem(
                        null,
                        "%s between byte %d and byte %d, where the footer starts"
                                .formatted(name, start, bytes.limit()),
                        handle.description(),
                        FileBytes.DAMAGED);
            }
            String part = "%s at byte %d".formatted(name, handle.offset());
            int offset = (int) handle.offset();
            int size = (int) handle.size();
            ByteBuffer checked = bytes.slice(offset, size + Byte.BYTES);
            int stored = bytes.getInt(offset + size + Byte.BYTES);
            int found = MaskedCrc.of(checked);
            if (stored != found) {
                throw file.problem(
                        null,
                        "masked CRC-32C %08x of %s".formatted(stored, part),
                        "%08x".formatted(found),
                        FileBytes.DAMAGED);
            }
            byte compression = checked.get(size);
            return new TableBlock(file, part, decompressed(part, compression, checked.limit(size)));
        }

        private ByteBuffer decompressed(String part, byte compression, ByteBuffer content)
                throws WeightFileException {
            return switch (compression) {
                case PLAIN -> content;
                case SNAPPY -> {
                    ByteBuffer whole = new Snappy(file, part, content, room).unpack();
                    room -= whole.remaining();
                    yield whole;
                }
                default ->
                        throw file.problem(
                                null,
                                "compression 0 (none) or 1 (Snappy) of %s".formatted(part),
                                Integer.toString(Byte.toUnsignedInt(compression)),
                                "write the checkpoint again without compression");
            };
        }

        /** Reads all bytes before the footer of a file that is known to be small. */
        static Blocks read(FileBytes file) throws WeightFileException {
            int size = Math.toIntExact(file.size() - Footer.BYTES);
            ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
            file.read(null, 0, bytes);
            return new Blocks(file, bytes.flip());
        }
    }
}
