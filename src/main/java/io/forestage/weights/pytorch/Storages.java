package io.forestage.weights.pytorch;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteOrder;

/** Where the storages lie that a pickle refers to. */
@FunctionalInterface
interface Storages {

    /**
     * Finds a storage.
     *
     * @param tensor the tensor it is looked up for, for the message
     * @param storage the storage, or a window on it
     * @return all of the storage's bytes, as many as its elements take
     * @throws WeightFileException if the file has no such storage, or one of another size
     */
    Stored find(String tensor, Value.Storage storage) throws WeightFileException;

    /**
     * Where bytes lie that a file keeps under one name.
     *
     * @param source what holds them: the file itself, or what inflates them
     * @param offset the position of the first in {@code source}
     * @param order the byte order of the elements, if they are elements
     * @param isCompressed true if to read them out of order is to begin anew each time
     */
    record Stored(
            ByteSource source, long offset, long size, ByteOrder order, boolean isCompressed) {

        static Stored plain(ByteSource source, long offset, long size) {
            return new Stored(source, offset, size, ByteOrder.LITTLE_ENDIAN, false);
        }

        Stored in(ByteOrder other) {
            return new Stored(source, offset, size, other, isCompressed);
        }
    }
}
