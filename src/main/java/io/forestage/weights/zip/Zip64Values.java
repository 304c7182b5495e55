package io.forestage.weights.zip;

/**
 * The 64-bit numbers that an extra field has for those fields of a header that were too narrow:
 * such a field is all ones, and its number is the next of the list.
 */
final class Zip64Values {

    private static final int ID = 1;
    private static final int FIELD_HEADER = 4;
    private static final long ALL_ONES = 0xffff_ffffL;

    private final Fields extra;
    private int next;
    private int end;

    /** Finds the list among the extra fields, which other programs pad in their own ways. */
    Zip64Values(Fields extra) {
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
