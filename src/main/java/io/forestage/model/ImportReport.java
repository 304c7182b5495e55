package io.forestage.model;

import io.forestage.weights.TensorEntry;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The result of an import.
 *
 * @param target the model folder that was written
 * @param loaded the tables, with their names and types in the source
 * @param blocks the transformer blocks' tensors and the head, of a model that was imported whole
 * @param missing the names of the tables that the source lacks and the model does not need
 * @param unused the other tensors of the source
 * @param unopened the names of tensors in shards that were not opened, as they have no table
 * @param cutRows how many rows of wte were cut off as padding
 * @param sha256 SHA-256 of each written table's values as little-endian float32, by its name
 * @param files the names of the files that were written; of serving.properties an old one is kept
 * @param notes what the written model will refuse, such as texts without a tokenizer; usually none
 */
public record ImportReport(
        Path target,
        List<TensorEntry> loaded,
        List<TensorEntry> blocks,
        List<String> missing,
        List<TensorEntry> unused,
        List<String> unopened,
        long cutRows,
        SortedMap<String, String> sha256,
        List<String> files,
        List<String> notes) {

    public ImportReport {
        loaded = List.copyOf(loaded);
        blocks = List.copyOf(blocks);
        missing = List.copyOf(missing);
        unused = List.copyOf(unused);
        unopened = List.copyOf(unopened);
        sha256 = Collections.unmodifiableSortedMap(new TreeMap<>(sha256));
        files = List.copyOf(files);
        notes = List.copyOf(notes);
    }

    /**
     * Returns the size of the unused tensors.
     *
     * @return the bytes of the unused tensors
     */
    public long unusedBytes() {
        return unused.stream().mapToLong(TensorEntry::byteSize).sum();
    }
}
