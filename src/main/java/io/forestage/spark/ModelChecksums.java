package io.forestage.spark;

import io.forestage.model.ModelFolder;
import io.forestage.support.Digest;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What makes two copies of a model the same: the SHA-256 of each table's values, and of the files
 * that decide the ids and the positions.
 *
 * @param sums the sums by the names of tables and files
 */
record ModelChecksums(TreeMap<String, String> sums) implements Serializable {

    private static final long serialVersionUID = 1;
    private static final String CONFIG = "config.json";

    /**
     * Computes them.
     *
     * @throws IOException if there is no model, or a file is invalid
     */
    static ModelChecksums of(Path model) throws IOException {
        ModelFolder folder = ModelFolder.open(model);
        SortedMap<String, String> sums = new TreeMap<>(folder.tableChecksums());
        for (Path file : folder.tokenizerFiles()) {
            sums.put(String.valueOf(file.getFileName()), Digest.sha256(file));
        }
        Path config =
                Files.isDirectory(model) ? model.resolve(CONFIG) : model.resolveSibling(CONFIG);
        if (Files.isRegularFile(config)) {
            sums.put(CONFIG, Digest.sha256(config));
        }
        return new ModelChecksums(new TreeMap<>(sums));
    }

    /**
     * Requires a copy of the same model.
     *
     * @param copy the copy's place
     * @throws IOException if it cannot be read or is another model; the message names what differs
     */
    void require(Path copy) throws IOException {
        SortedMap<String, String> found = of(copy).sums;
        TreeSet<String> names = new TreeSet<>(sums.keySet());
        names.addAll(found.keySet());
        for (String name : names) {
            if (!Objects.equals(sums.get(name), found.get(name))) {
                throw new IOException(
                        "%s, %s: expected SHA-256 %s as on the driver, found %s; copy the driver's model there again"
                                .formatted(
                                        copy,
                                        name,
                                        sums.getOrDefault(name, "of nothing"),
                                        found.getOrDefault(name, "nothing")));
            }
        }
    }
}
