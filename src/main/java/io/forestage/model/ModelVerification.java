package io.forestage.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The checksums of a model's tables, computed anew, beside those that were recorded when the folder
 * was written. A checksum is SHA-256 over a table's values as little-endian float32 in C order, so
 * that it is the same in every format that holds the same values.
 *
 * @param found the checksum of each table, in hexadecimal, by its name
 * @param recorded what provenance.json says they should be; empty if there is none
 */
public record ModelVerification(
        SortedMap<String, String> found, SortedMap<String, String> recorded) {

    /**
     * Copies both.
     *
     * @param found the checksums that were computed
     * @param recorded those that were recorded
     */
    public ModelVerification {
        found = Collections.unmodifiableSortedMap(new TreeMap<>(found));
        recorded = Collections.unmodifiableSortedMap(new TreeMap<>(recorded));
    }

    /**
     * Computes the checksums of a model's tables.
     *
     * @param place a model folder or a weight file
     * @return the checksums
     * @throws IOException if a file is not in order
     */
    public static ModelVerification of(Path place) throws IOException {
        ModelSource source = ModelSource.of(place);
        SortedMap<String, String> recorded =
                source.isFolder()
                        ? Provenance.find(place).map(Provenance::sha256).orElseGet(TreeMap::new)
                        : new TreeMap<>();
        return new ModelVerification(TableChecksums.of(place), recorded);
    }

    /**
     * Tells which tables are not what they were.
     *
     * @return the names of recorded tables that have another checksum now, or are gone
     */
    public List<String> differing() {
        return recorded.keySet().stream()
                .filter(name -> !Objects.equals(recorded.get(name), found.get(name)))
                .toList();
    }
}
