package io.forestage.weights.zip;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A piece of a zip file's records, whose numbers are little-endian and unsigned. */
record ZipFields(ByteBuffer bytes) {

    static ZipFields read(ByteSource file, long position, int length) throws WeightFileException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.read(null, position, bytes);
        return new ZipFields(bytes.flip());
    }

    int length() {
        return bytes.limit();
    }

    int signature(int at) {
        return bytes.getInt(at);
    }

    int u16(int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    long u32(int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }

    /** A 64-bit number; what is 2^63 or more comes out negative. */
    long i64(int at) {
        return bytes.getLong(at);
    }

    ZipFields part(int at, int length) {
        return new ZipFields(bytes.slice(at, length).order(ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * The 64-bit numbers that an extra field has for those fields of a header that were too narrow:
     * such a field is all ones, and its number is the next of the list.
     */
    static final class Zip64 {

        private static final int ID = 1;
        private static final int FIELD_HEADER = 4;
        private static final long ALL_ONES = 0xffff_ffffL;

        private final ZipFields extra;
        private int next;
        private int end;

        /** Finds the list among the extra fields, which other programs pad in their own ways. */
        Zip64(ZipFields extra) {
            this.extra = extra;
            int at = 0;
            while (at + FIELD_HEADER <= extra.length()) {
                int length = extra.u16(at + 2);
                if (extra.u16(at) == ID) {
                    next = at + FIELD_HEADER;
                    end = Math.min(next + length, extra.length());
                    return;
                }
                at += FIELD_HEADER + length;
            }
        }

        /** Whether a number is too large for a field of four bytes. */
        static boolean isNeededFor(long value) {
            return value >= ALL_ONES;
        }

        /** A number in a field of four bytes: itself, or the mark that it is in the list. */
        static int narrow(long value) {
            return (int) Math.min(value, ALL_ONES);
        }

        /** How many bytes so many numbers take. */
        static int bytes(int count) {
            return FIELD_HEADER + count * Long.BYTES;
        }

        static void put(ByteBuffer bytes, long... values) {
            bytes.putShort((short) ID).putShort((short) (values.length * Long.BYTES));
            for (long value : values) {
                bytes.putLong(value);
            }
        }

        /** The field's number, or its 64-bit number, which is negative if there is none. */
        long of(long field) {
            if (field != ALL_ONES) {
                return field;
            }
            if (next + Long.BYTES > end) {
                return -1;
            }
            long value = extra.i64(next);
            next += Long.BYTES;
            return value;
        }
    }
}
