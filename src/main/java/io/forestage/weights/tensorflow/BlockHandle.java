package io.forestage.weights.tensorflow;

import io.forestage.weights.WeightFileException;

/**
 * Where a block of the table lies.
 *
 * @param size the bytes as they are stored, without the trailer that follows them
 */
record BlockHandle(long offset, long size) {

    /** One byte that tells the compression, four of checksum. */
    static final int TRAILER = 5;

    static BlockHandle read(Cursor cursor) throws WeightFileException {
        return new BlockHandle(cursor.varint(), cursor.varint());
    }

    /** Whether the block and its trailer lie between two positions, whatever its numbers are. */
    boolean liesBetween(long start, long end) {
        return offset >= start
                && size >= 0
                && offset <= end
                && end - offset >= TRAILER
                && size <= end - offset - TRAILER;
    }

    /** The position after the trailer, of a handle that lies where it may. */
    long end() {
        return offset + size + TRAILER;
    }

    String words() {
        return "one of %s bytes at byte %s"
                .formatted(Long.toUnsignedString(size), Long.toUnsignedString(offset));
    }
}
