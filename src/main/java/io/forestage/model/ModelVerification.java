package io.forestage.model;

import io.forestage.weights.checkpoint.WeightFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The checksums of a model's tables, computed now, and those recorded when the folder was written.
 * A checksum is SHA-256 over a table's values as little-endian float32 in C order, so that it is
 * the same in every format that holds the same values.
 *
 * @param found the checksum of each table, in hexadecimal, by its name
 * @param recorded the checksums in provenance.json; empty without the file
 */
public record ModelVerification(
        SortedMap<String, String> found, SortedMap<String, String> recorded) {

    public ModelVerification {
        found = Collections.unmodifiableSortedMap(new TreeMap<>(found));
        recorded = Collections.unmodifiableSortedMap(new TreeMap<>(recorded));
    }

    /**
     * Computes the checksums of a model's tables.
     *
     * @param place a model folder or a weight file
     * @return the checksums
     * @throws IOException if a file is invalid or if there is no table
     */
    public static ModelVerification of(Path place) throws IOException {
        ModelFolder.requireThere(place);
        SortedMap<String, String> recorded =
                Files.isDirectory(place)
                        ? Provenance.find(place).map(Provenance::sha256).orElseGet(TreeMap::new)
                        : new TreeMap<>();
        SortedMap<String, String> found = TableChecksums.of(place);
        Set<String> others = new TreeSet<>(recorded.keySet());
        others.removeAll(found.keySet());
        found.putAll(TableChecksums.of(place, others));
        if (found.isEmpty()) {
            if (Files.isDirectory(place) && WeightFiles.inFolder(place).isEmpty()) {
                throw ModelFolder.noWeights(place);
            }
            throw new ModelFolderException(
                    place,
                    "expected wte.weight or wpe.weight to verify, found neither; check that it is"
                            + " the right model");
        }
        return new ModelVerification(found, recorded);
    }

    /**
     * Returns the tables that have changed.
     *
     * @return the names of recorded tables that are missing or have another checksum
     */
    public List<String> differing() {
        return recorded.keySet().stream()
                .filter(name -> !Objects.equals(recorded.get(name), found.get(name)))
                .toList();
    }
}
