package io.forestage.weights.pytorch;

import io.forestage.weights.WeightFileException;

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
}
