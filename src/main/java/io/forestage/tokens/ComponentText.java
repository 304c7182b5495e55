package io.forestage.tokens;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.forestage.support.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A component as its file has it, not yet judged: its type may come after its settings.
 *
 * @param path its JSON path
 * @param type its type
 * @param settings what each of its settings is: {@code true}, {@code false} or a kind of JSON
 * @param parts a sequence's parts
 */
record ComponentText(
        String path, String type, Map<String, String> settings, List<ComponentText> parts) {

    /** More than there are kinds to be allowed. */
    private static final int MAX_PARTS = 16;

    /** Reads a component, or null where the file says null. */
    static @Nullable ComponentText read(StrictJson json, String partsName) throws IOException {
        JsonReader reader = json.reader();
        if (reader.peek() == JsonToken.NULL) {
            reader.nextNull();
            return null;
        }
        return readObject(json, partsName);
    }

    /** A setting that has to be true or false. */
    boolean flag(String name, StrictJson json) throws TokenizerFileException {
        String value = settings.getOrDefault(name, "nothing");
        if (!value.equals("true") && !value.equals("false")) {
            throw json.notAllowed(Quoted.cut(path + '.' + name), "true or false", value);
        }
        return value.equals("true");
    }

    /**
     * Reads an object.
     *
     * @param partsName the member in which a sequence keeps its parts; null inside a sequence,
     *     where another one is not looked into, but refused
     */
    private static ComponentText readObject(StrictJson json, @Nullable String partsName)
            throws IOException {
        json.expect(JsonToken.BEGIN_OBJECT, "an object or null");
        JsonReader reader = json.reader();
        String path = reader.getPath();
        Map<String, String> settings = new HashMap<>();
        List<ComponentText> parts = new ArrayList<>();
        StringBuilder type = new StringBuilder();
        json.object(
                name -> {
                    if (name.equals("type")) {
                        type.append(json.string("a type"));
                    } else if (name.equals(partsName)) {
                        readParts(json, parts);
                    } else if (reader.peek() == JsonToken.BOOLEAN) {
                        settings.put(name, Boolean.toString(reader.nextBoolean()));
                    } else {
                        settings.put(name, reader.peek().toString());
                        reader.skipValue();
                    }
                });
        return new ComponentText(
                path, type.isEmpty() ? "no type" : type.toString(), settings, parts);
    }

    private static void readParts(StrictJson json, List<ComponentText> parts) throws IOException {
        json.expect(JsonToken.BEGIN_ARRAY, "an array");
        json.reader().beginArray();
        while (json.reader().hasNext()) {
            if (parts.size() == MAX_PARTS) {
                throw json.damaged("at most %d parts".formatted(MAX_PARTS), "more");
            }
            parts.add(readObject(json, null));
        }
        json.reader().endArray();
    }
}
