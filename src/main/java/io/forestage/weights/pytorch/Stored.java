package io.forestage.weights.pytorch;

import io.forestage.weights.ByteSource;
import java.nio.ByteOrder;

/**
 * Where bytes lie that a file keeps under one name.
 *
 * @param source what holds them: the file itself, or what inflates them
 * @param offset the position of the first in {@code source}
 * @param order the byte order of the elements, if they are elements
 * @param isCompressed true if to read them out of order is to begin anew each time
 */
record Stored(ByteSource source, long offset, long size, ByteOrder order, boolean isCompressed) {

    static Stored plain(ByteSource source, long offset, long size) {
        return new Stored(source, offset, size, ByteOrder.LITTLE_ENDIAN, false);
    }

    Stored in(ByteOrder other) {
        return new Stored(source, offset, size, other, isCompressed);
    }
}
