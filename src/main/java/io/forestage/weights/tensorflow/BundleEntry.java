package io.forestage.weights.tensorflow;

import io.forestage.weights.ElementType;
import io.forestage.weights.FileBytes;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFileException;

/**
 * A tensor and where the index says that it lies.
 *
 * @param shard the number of its data file
 * @param offset the position of its first byte there
 * @param crc the masked CRC-32C of its bytes
 */
record BundleEntry(TensorEntry tensor, int shard, long offset, int crc) {

    /**
     * Holds an entry against itself.
     *
     * @param type the type that stands for the entry's data type
     * @param shards how many data files there are
     */
    static BundleEntry of(
            FileBytes index, String name, ElementType type, EntryFields fields, int shards)
            throws WeightFileException {
        if (fields.sliced()) {
            throw index.problem(
                    name,
                    "a tensor in one piece",
                    "one in slices, as a partitioned variable is saved",
                    "save the model again with variables that are not partitioned");
        }
        TensorEntry tensor = tensor(index, name, type, fields);
        if (fields.shard() < 0 || fields.shard() >= shards) {
            throw damaged(
                    index, name, "a shard from 0 to " + (shards - 1), "shard " + fields.shard());
        }
        if (fields.offset() < 0) {
            throw damaged(index, name, "an offset of 0 or more", "offset " + fields.offset());
        }
        if (fields.size() != tensor.byteSize()) {
            throw damaged(
                    index,
                    name,
                    "%d bytes for %s %s".formatted(tensor.byteSize(), type, tensor.shape()),
                    "a size of " + fields.size());
        }
        return new BundleEntry(tensor, (int) fields.shard(), fields.offset(), fields.crc());
    }

    private static TensorEntry tensor(
            FileBytes index, String name, ElementType type, EntryFields fields)
            throws WeightFileException {
        try {
            return new TensorEntry(name, type, fields.shape());
        } catch (IllegalArgumentException impossible) {
            throw damaged(
                    index,
                    name,
                    "at most 64 dimensions, none negative or unknown, and fewer than 2^63 bytes",
                    "%s %s".formatted(type, fields.shape()));
        }
    }

    private static WeightFileException damaged(
            FileBytes index, String name, String expected, String found) {
        return index.problem(name, expected, found, FileBytes.DAMAGED);
    }
}
