package io.forestage.model;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * The result of loading a model folder.
 *
 * @param loaded the tables that came from files
 * @param missing the names of the tables that were drawn at random, as no file has them
 * @param unused the other tensors of these files
 * @param randomSeed the seed of the tables that were drawn
 */
public record LoadReport(
        List<Loaded> loaded,
        List<String> missing,
        List<TensorEntry> unused,
        OptionalInt randomSeed) {

    public LoadReport {
        loaded = List.copyOf(loaded);
        missing = List.copyOf(missing);
        unused = List.copyOf(unused);
    }

    /**
     * Returns the size of the unused tensors.
     *
     * @return the bytes of the unused tensors
     */
    public long unusedBytes() {
        return unused.stream().mapToLong(TensorEntry::byteSize).sum();
    }

    /**
     * A table that came from a file.
     *
     * @param name the tensor's name in the file
     * @param file the file
     * @param type its type in the file; in memory it is float32
     * @param shape (rows, D)
     * @param mapped true if the file is mapped, false if its bytes were copied
     */
    public record Loaded(
            String name, Path file, ElementType type, List<Long> shape, boolean mapped) {}
}
