package io.forestage.weights.zip;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A piece of a zip file's records, whose numbers are little-endian and unsigned. */
record Fields(ByteBuffer bytes) {

    static Fields read(ByteSource file, long position, int length) throws WeightFileException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.read(null, position, bytes);
        return new Fields(bytes.flip());
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

    Fields part(int at, int length) {
        return new Fields(bytes.slice(at, length).order(ByteOrder.LITTLE_ENDIAN));
    }
}
