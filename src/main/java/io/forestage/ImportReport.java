package io.forestage;

import io.forestage.weights.TensorEntry;
import java.nio.file.Path;
import java.util.List;

/**
 * What an import took and what it left.
 *
 * @param target the model folder that was written
 * @param loaded the tables, as they lay in the source; they keep their type
 * @param missing the names of the tables that the source does not hold and the model does not need
 * @param unused the tensors of the source that an input stage has no use for
 * @param files the names of the files in the target
 */
public record ImportReport(
        Path target,
        List<TensorEntry> loaded,
        List<String> missing,
        List<TensorEntry> unused,
        List<String> files) {

    /**
     * Copies the lists.
     *
     * @param target the model folder that was written
     * @param loaded the tables
     * @param missing the names of the tables that are not there
     * @param unused the tensors without use
     * @param files the names of the files in the target
     */
    public ImportReport {
        loaded = List.copyOf(loaded);
        missing = List.copyOf(missing);
        unused = List.copyOf(unused);
        files = List.copyOf(files);
    }

    /**
     * Adds up what was left out.
     *
     * @return the bytes of the unused tensors
     */
    public long unusedBytes() {
        return unused.stream().mapToLong(TensorEntry::byteSize).sum();
    }
}
