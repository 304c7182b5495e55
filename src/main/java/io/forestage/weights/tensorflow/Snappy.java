package io.forestage.weights.tensorflow;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;

/**
 * Decompresses one block in Snappy's raw format: the decompressed size, then pieces, each either a
 * literal or a copy of earlier bytes.
 */
final class Snappy {

    /** The largest number of bytes from one: a copy of 64 bytes takes three. */
    private static final int MAX_RATIO = 22;

    private static final int MIN_CODED_LENGTH = 60;

    private final Cursor packed;
    private final byte[] unpacked;
    private int done;

    /**
     * Checks the decompressed size before it allocates the bytes.
     *
     * @param part the name of the block, for messages
     * @param maxSize the largest decompressed size accepted
     */
    Snappy(ByteSource file, String part, ByteBuffer content, int maxSize)
            throws WeightFileException {
        packed = new Cursor(file, null, part, content);
        long size = packed.varint();
        long possible = Math.min(maxSize, (long) content.remaining() * MAX_RATIO);
        if (size < 0 || size > possible) {
            throw packed.problem(
                    "at most %d decompressed bytes".formatted(possible),
                    Long.toUnsignedString(size));
        }
        unpacked = new byte[(int) size];
    }

    ByteBuffer unpack() throws WeightFileException {
        while (packed.hasRemaining()) {
            int tag = packed.unsignedByte();
            int upper = tag >>> 2;
            switch (tag & 3) {
                case 0 -> copyLiteral(literalLength(upper));
                case 1 -> copyEarlier(upper >>> 3 << 8 | packed.unsignedByte(), (upper & 7) + 4);
                case 2 -> copyEarlier(number(2), upper + 1);
                default -> copyEarlier(number(4), upper + 1);
            }
        }
        if (done != unpacked.length) {
            throw packed.problem(
                    "%d decompressed bytes".formatted(unpacked.length), "only %d".formatted(done));
        }
        return ByteBuffer.wrap(unpacked);
    }

    private long literalLength(int upper) throws WeightFileException {
        return 1 + (upper < MIN_CODED_LENGTH ? upper : number(upper - MIN_CODED_LENGTH + 1));
    }

    private void copyLiteral(long length) throws WeightFileException {
        requireRoom(length);
        packed.take(length).get(unpacked, done, (int) length);
        done += (int) length;
    }

    private void copyEarlier(long distance, int length) throws WeightFileException {
        requireRoom(length);
        if (distance < 1 || distance > done) {
            throw packed.problem(
                    "a copy from 1 to %d bytes back".formatted(done), Long.toString(distance));
        }
        int from = done - (int) distance;
        // Byte by byte: a copy may overlap the bytes that it writes.
        for (int i = 0; i < length; i++) {
            unpacked[done + i] = unpacked[from + i];
        }
        done += length;
    }

    private void requireRoom(long length) throws WeightFileException {
        if (length > unpacked.length - done) {
            throw packed.problem(
                    "%d decompressed bytes".formatted(unpacked.length),
                    "at least %d".formatted(done + length));
        }
    }

    /** Reads an unsigned number, the lowest byte first. */
    private long number(int bytes) throws WeightFileException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) packed.unsignedByte() << (8 * i);
        }
        return value;
    }
}
