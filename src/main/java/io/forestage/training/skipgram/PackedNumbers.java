package io.forestage.training.skipgram;

import java.util.Arrays;

/**
 * Numbers from 0 in bytes: seven bits in each, the lowest first, and the sign where more follow.
 */
final class PackedNumbers {

    private static final int BITS = 7;

    private byte[] bytes = new byte[64];
    private int size;

    void add(int number) {
        if (size + Integer.BYTES >= bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.multiplyExact(bytes.length, 2));
        }
        int rest = number;
        for (; rest >>> BITS != 0; rest >>>= BITS) {
            bytes[size++] = (byte) (rest | Byte.MIN_VALUE);
        }
        bytes[size++] = (byte) rest;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Reads numbers from their start. */
    static final class Reader {

        private final byte[] bytes;
        private int next;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean hasNext() {
            return next < bytes.length;
        }

        /** Returns the index of the next byte. */
        int position() {
            return next;
        }

        int next() {
            int number = 0;
            int shift = 0;
            byte read;
            do {
                read = bytes[next++];
                number |= (read & Byte.MAX_VALUE) << shift;
                shift += BITS;
            } while (read < 0);
            return number;
        }
    }
}
