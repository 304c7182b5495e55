package io.forestage.model;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * What loading a model folder did with every tensor it found.
 *
 * @param loaded the tables that came from files
 * @param missing the names of the tables that were drawn at random, as no file holds them
 * @param unused the tensors of the same files that an input stage has no use for
 * @param randomSeed the seed of the tables that were drawn
 */
public record LoadReport(
        List<Loaded> loaded,
        List<String> missing,
        List<TensorEntry> unused,
        OptionalInt randomSeed) {

    /**
     * Copies the lists.
     *
     * @param loaded the tables that came from files
     * @param missing the names of the tables that were drawn
     * @param unused the tensors without use
     * @param randomSeed the seed of the tables that were drawn
     */
    public LoadReport {
        loaded = List.copyOf(loaded);
        missing = List.copyOf(missing);
        unused = List.copyOf(unused);
    }

    /**
     * Adds up what was left in the files.
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
     * @param type the type it has there; in memory it is float32
     * @param shape (rows, D)
     * @param mapped true if the file's own bytes are used, false if they were copied
     */
    public record Loaded(
            String name, Path file, ElementType type, List<Long> shape, boolean mapped) {}
}
