package io.forestage.weights.pytorch;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteOrder;

/** Finds the storages to which a pickle refers. */
@FunctionalInterface
interface Storages {

    /**
     * Finds a storage.
     *
     * @param tensor the tensor that uses it, for messages
     * @param storage the storage, or a view of it
     * @return all bytes of the storage
     * @throws WeightFileException if the file has no such storage, or if its size does not match
     */
    Stored find(String tensor, Value.Storage storage) throws WeightFileException;

    /**
     * Where the bytes of one name lie in a file.
     *
     * @param source the file itself, or the source that inflates the bytes
     * @param offset the position of the first byte in {@code source}
     * @param order the byte order of the elements, if the bytes are elements
     * @param isCompressed true if each read out of order inflates from the start again
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
