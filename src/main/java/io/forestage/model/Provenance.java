package io.forestage.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The file provenance.json: the source of a model folder's tables, and their checksums.
 *
 * @param source the source
 * @param sha256 the checksum of each table's float32 values, by its name
 * @param training how they were trained, for people; empty for imported tables
 */
record Provenance(String source, SortedMap<String, String> sha256, Map<String, String> training) {

    static final String FILE_NAME = "provenance.json";

    private static final String SOURCE = "source";
    private static final String CHECKSUMS = "sha256";
    private static final String TRAINING = "training";

    /** Reads a folder's file, if it has one. */
    static Optional<Provenance> find(Path folder) throws ModelFolderException {
        Path file = folder.resolve(FILE_NAME);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        ConfigJson json = ConfigJson.read(file);
        SortedMap<String, String> checksums = new TreeMap<>();
        JsonElement recorded = json.values().get(CHECKSUMS);
        if (!(recorded instanceof JsonObject object)) {
            throw json.wrong(CHECKSUMS, "an object of checksums", String.valueOf(recorded), null);
        }
        for (Map.Entry<String, JsonElement> each : object.entrySet()) {
            if (!each.getValue().isJsonPrimitive()) {
                throw json.wrong(each.getKey(), "a checksum", each.getValue(), null);
            }
            checksums.put(each.getKey(), each.getValue().getAsString());
        }
        return Optional.of(
                new Provenance(json.string(SOURCE, "unknown"), checksums, training(json)));
    }

    private static Map<String, String> training(ConfigJson json) {
        Map<String, String> training = new LinkedHashMap<>();
        if (json.values().get(TRAINING) instanceof JsonObject details) {
            for (Map.Entry<String, JsonElement> each : details.entrySet()) {
                if (each.getValue().isJsonPrimitive()) {
                    training.put(each.getKey(), each.getValue().getAsString());
                }
            }
        }
        return training;
    }

    void write(Path folder) throws IOException {
        JsonObject json = new JsonObject();
        json.addProperty(SOURCE, source);
        JsonObject checksums = new JsonObject();
        sha256.forEach(checksums::addProperty);
        json.add(CHECKSUMS, checksums);
        if (!training.isEmpty()) {
            JsonObject details = new JsonObject();
            training.forEach(details::addProperty);
            json.add(TRAINING, details);
        }
        SmallFile.write(folder.resolve(FILE_NAME), json);
    }
}
