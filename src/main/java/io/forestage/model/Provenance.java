package io.forestage.model;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a model folder's tables come from, and what they were when they were written: the file
 * provenance.json.
 *
 * @param source what they were taken from
 * @param sha256 the checksum of each table's float32 values, by its name
 */
record Provenance(String source, SortedMap<String, String> sha256) {

    static final String FILE_NAME = "provenance.json";

    private static final String SOURCE = "source";
    private static final String CHECKSUMS = "sha256";

    /** What the folder says, if it does. */
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
        return Optional.of(new Provenance(json.string(SOURCE, "unknown"), checksums));
    }

    void write(Path folder) throws IOException {
        JsonObject json = new JsonObject();
        json.addProperty(SOURCE, source);
        JsonObject checksums = new JsonObject();
        sha256.forEach(checksums::addProperty);
        json.add(CHECKSUMS, checksums);
        String text =
                new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create().toJson(json);
        SmallFile.write(folder.resolve(FILE_NAME), text + "\n");
    }
}
