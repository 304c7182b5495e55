package io.forestage.weights.tensorflow;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The blocks of a table that is held in memory: bounded, checked and unpacked one at a time. */
final class TableBlocks {

    private static final byte PLAIN = 0;

    private static final byte SNAPPY = 1;

    private final FileBytes file;

    /** All that comes before the footer. */
    private final ByteBuffer bytes;

    /** How many bytes compressed blocks may still unpack to. */
    private int room = SortedTable.LARGEST;

    TableBlocks(FileBytes file, ByteBuffer bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * Unpacks a block.
     *
     * @param name what to call the block
     * @param start the position that the block must not begin before
     */
    TableBlock block(String name, BlockHandle handle, long start) throws WeightFileException {
        if (!handle.liesBetween(start, bytes.limit())) {
            throw file.problem(
                    null,
                    "%s from byte %d on and before byte %d, where the footer begins"
                            .formatted(name, start, bytes.limit()),
                    handle.words(),
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
        return new TableBlock(file, part, unpacked(part, compression, checked.limit(size)));
    }

    private ByteBuffer unpacked(String part, byte compression, ByteBuffer content)
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
                            "compression 0 (none) or 1 (Snappy) of " + part,
                            Integer.toString(Byte.toUnsignedInt(compression)),
                            "write the checkpoint again without compression");
        };
    }

    /** Reads what comes before the footer, of a file that is known to be small. */
    static TableBlocks read(FileBytes file) throws WeightFileException {
        int size = Math.toIntExact(file.size() - TableFooter.BYTES);
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.read(null, 0, bytes);
        return new TableBlocks(file, bytes.flip());
    }
}
