package io.forestage.weights;

import io.forestage.support.Quoted;
import io.forestage.support.StrictJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The index of a model whose weights are spread over several files, such as {@code
 * model.safetensors.index.json}.
 *
 * @param file the index
 * @param shards the file of each tensor: a plain name, of a file beside the index
 */
public record ShardIndex(Path file, Map<String, String> shards) {

    /** The suffix of such files' names. */
    public static final String SUFFIX = ".index.json";

    /** The index of a model of a hundred thousand tensors has about 10 MB. */
    private static final long MAX_BYTES = 1 << 26;

    /**
     * Reads an index.
     *
     * @param file the index
     * @return its content
     * @throws WeightFileException if it cannot be read, is not an index, or names a file outside
     *     its own folder
     */
    public static ShardIndex read(Path file) throws WeightFileException {
        try (FileBytes bytes = FileBytes.open(file)) {
            if (bytes.size() > MAX_BYTES) {
                throw bytes.problem(
                        null,
                        "an index of at most %d bytes".formatted(MAX_BYTES),
                        "%d bytes".formatted(bytes.size()),
                        "name the weight file instead");
            }
            Reading reading = new Reading(new FileJson(bytes, 0, bytes.size()));
            reading.file.read(reading::field);
            if (reading.shards.isEmpty()) {
                throw bytes.problem(
                        null, "an object of file names as weight_map", "none", FileBytes.DAMAGED);
            }
            return new ShardIndex(file, reading.shards);
        }
    }

    /**
     * Returns the files that hold GPT-2's tables.
     *
     * @return the names of the files, in the order of the tables; empty if no tensor is a table
     */
    public Set<String> shardsWithTables() {
        return shardsWithTables(TableNames.known());
    }

    /**
     * Returns the files that hold GPT-2's tables under given names.
     *
     * @param tables the tables' names
     * @return the names of the files, in the order of the tables; empty if no tensor is a table
     */
    public Set<String> shardsWithTables(TableNames tables) {
        Set<String> names = new LinkedHashSet<>();
        for (Gpt2Table table : Gpt2Table.values()) {
            tables.among(table, shards.keySet()).forEach(name -> names.add(shards.get(name)));
        }
        return names;
    }

    /** Collects an index's values while it is read. */
    private static final class Reading {

        private final FileJson file;
        private final StrictJson json;
        private final Map<String, String> shards = new LinkedHashMap<>();
        private final Map<String, String> files = new HashMap<>();

        Reading(FileJson file) {
            this.file = file;
            this.json = file.json();
        }

        void field(String key) throws IOException {
            switch (key) {
                case "weight_map" -> json.object("an object as weight_map", this::shard);
                // Among them metadata, whose total_size is wrong, a float or null in real files.
                default -> json.skip();
            }
        }

        private void shard(String tensor) throws IOException {
            file.about(tensor);
            String name = json.string("a file name as value in weight_map");
            if (!isPlain(name)) {
                throw json.problem("the name of a file beside the index", Quoted.of(name));
            }
            // A few names for a hundred thousand tensors.
            shards.put(tensor, files.computeIfAbsent(name, each -> each));
            file.about(null);
        }

        /** Returns whether a name is neither a path nor hidden: the index is not trusted. */
        private static boolean isPlain(String name) {
            return !name.isEmpty()
                    && !name.startsWith(".")
                    && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
        }
    }
}
