package io.forestage.weights.tensorflow;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The end of a table: where its two uppermost blocks are, padding, and the format's mark. */
record TableFooter(BlockHandle metaindex, BlockHandle index) {

    static final int BYTES = 48;

    private static final long MAGIC = 0xdb4775248b80fb57L;

    static TableFooter read(FileBytes file) throws WeightFileException {
        if (!marks(file)) {
            throw file.problem(
                    null,
                    "the index of a TensorFlow checkpoint, which ends in %016x"
                            .formatted(Long.reverseBytes(MAGIC)),
                    "%d bytes that do not".formatted(file.size()),
                    "name the file that ends in .index, or fetch it again");
        }
        ByteBuffer bytes = ByteBuffer.allocate(BYTES - Long.BYTES);
        file.read(null, file.size() - BYTES, bytes);
        Cursor cursor = new Cursor(file, null, "the footer", bytes.flip());
        return new TableFooter(BlockHandle.read(cursor), BlockHandle.read(cursor));
    }

    /** Whether a file is long enough for a footer and ends as one does. */
    static boolean marks(FileBytes file) throws WeightFileException {
        if (file.size() < BYTES) {
            return false;
        }
        ByteBuffer mark = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(null, file.size() - Long.BYTES, mark);
        return mark.getLong(0) == MAGIC;
    }
}
