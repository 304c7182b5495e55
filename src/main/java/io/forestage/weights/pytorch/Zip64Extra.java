package io.forestage.weights.pytorch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The wide numbers of an entry, each to be taken in place of a narrow one that says so. */
final class Zip64Extra {

    private static final int ID = 1;

    private static final int SEE_HERE = -1;

    private final ByteBuffer numbers;

    private Zip64Extra(ByteBuffer numbers) {
        this.numbers = numbers;
    }

    /** Finds the numbers among an entry's extra fields; there may be none. */
    static Zip64Extra of(ByteBuffer extra) {
        int at = 0;
        while (extra.limit() - at >= 2 * Short.BYTES) {
            int length = Short.toUnsignedInt(extra.getShort(at + Short.BYTES));
            int start = at + 2 * Short.BYTES;
            if (extra.getShort(at) == ID && length <= extra.limit() - start) {
                return new Zip64Extra(extra.slice(start, length).order(ByteOrder.LITTLE_ENDIAN));
            }
            at = start + length;
        }
        return new Zip64Extra(ByteBuffer.allocate(0));
    }

    /** The next wide number if the narrow one refers to it; else the narrow one, unsigned. */
    long or(int narrow) {
        return narrow == SEE_HERE && numbers.remaining() >= Long.BYTES
                ? numbers.getLong()
                : Integer.toUnsignedLong(narrow);
    }
}
