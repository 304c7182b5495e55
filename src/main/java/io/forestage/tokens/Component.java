package io.forestage.tokens;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A normalizer or pre-tokenizer that is let through. It is written anew from what is known of it,
 * so that nothing of the file reaches the native library unread.
 *
 * @param kind its kind
 * @param settings its settings, in the order in which they are written
 */
record Component(ComponentKind kind, Map<String, Boolean> settings) {

    Component {
        settings = new TreeMap<>(settings);
    }

    boolean is(String setting) {
        return settings.getOrDefault(setting, false);
    }

    /** Writes null for none, a component for one, a sequence for several. */
    static void write(List<Component> components, String partsName, JsonWriter out)
            throws IOException {
        if (components.isEmpty()) {
            out.nullValue();
        } else if (components.size() == 1) {
            components.get(0).write(out);
        } else {
            out.beginObject();
            out.name("type").value("Sequence");
            out.name(partsName).beginArray();
            for (Component component : components) {
                component.write(out);
            }
            out.endArray();
            out.endObject();
        }
    }

    private void write(JsonWriter out) throws IOException {
        out.beginObject();
        out.name("type").value(kind.spelling());
        for (Map.Entry<String, Boolean> setting : settings.entrySet()) {
            out.name(setting.getKey()).value(setting.getValue());
        }
        out.endObject();
    }
}
