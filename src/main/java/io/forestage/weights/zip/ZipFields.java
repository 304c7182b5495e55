package io.forestage.weights.zip;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A part of a zip file's records; numbers are little-endian and unsigned. */
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

    /** Reads a 64-bit number; 2^63 or more is negative. */
    long i64(int at) {
        return bytes.getLong(at);
    }

    ZipFields part(int at, int length) {
        return new ZipFields(bytes.slice(at, length).order(ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * The list of 64-bit numbers in an extra field, for the fields of a header that are too narrow:
     * such a field is all ones, and its value is the next number of the list.
     */
    static final class Zip64 {

        private static final int ID = 1;
        private static final int FIELD_HEADER = 4;
        private static final long ALL_ONES = 0xffff_ffffL;

        private final ZipFields extra;
        private int next;
        private int end;

        /** Finds the list among the extra fields, which programs pad differently. */
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

        /** Returns whether a number is too large for a field of four bytes. */
        static boolean isNeededFor(long value) {
            return value >= ALL_ONES;
        }

        /**
         * Returns the value for a field of four bytes: the number, or all ones if it is in the
         * list.
         */
        static int narrow(long value) {
            return (int) Math.min(value, ALL_ONES);
        }

        /** Returns the size of the extra field for this many numbers. */
        static int bytes(int count) {
            return FIELD_HEADER + count * Long.BYTES;
        }

        static void put(ByteBuffer bytes, long... values) {
            bytes.putShort((short) ID).putShort((short) (values.length * Long.BYTES));
            for (long value : values) {
                bytes.putLong(value);
            }
        }

        /**
         * Returns the field's number, or the next of the list if it is all ones; -1 if there is
         * none.
         */
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
