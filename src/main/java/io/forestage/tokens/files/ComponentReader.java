package io.forestage.tokens.files;

import com.google.gson.stream.JsonToken;
import io.forestage.support.Quoted;
import io.forestage.support.StrictJson;
import io.forestage.tokens.TokenizerFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a tokenizer.json's normalizer, pre-tokenizer and decoder, and refuses unknown kinds. */
final class ComponentReader {

    private static final String SEQUENCE = "Sequence";

    private final TokenizerFile file;
    private final StrictJson json;

    ComponentReader(TokenizerFile file, StrictJson json) {
        this.file = file;
        this.json = json;
    }

    /**
     * Reads a component; a sequence gives its parts, null gives none.
     *
     * @param partsName the member in which a sequence keeps its parts
     * @param allowed the kinds that may be there
     */
    List<Component> read(String partsName, Set<Component.Kind> allowed) throws IOException {
        Source text = Source.read(json, partsName);
        if (text == null) {
            return List.of();
        }
        if (!text.type().equals(SEQUENCE)) {
            return List.of(component(text, allowed, ", null or a Sequence of them"));
        }
        List<Component> components = new ArrayList<>();
        Set<Component.Kind> seen = EnumSet.noneOf(Component.Kind.class);
        for (Source part : text.parts()) {
            Component component = component(part, allowed, "");
            if (!seen.add(component.kind())) {
                throw file.notAllowed(part.path(), "each kind once", part.type() + " again");
            }
            components.add(component);
        }
        return components;
    }

    /** Reads the decoder: whether there is one, which is then the byte-level one. */
    boolean readDecoder() throws IOException {
        Source text = Source.read(json, "decoders");
        if (text != null && !text.type().equals(Component.Kind.BYTE_LEVEL.spelling())) {
            throw file.notAllowed(text.path() + ".type", "ByteLevel or null", text.type());
        }
        return text != null;
    }

    private Component component(Source text, Set<Component.Kind> allowed, String orElse)
            throws TokenizerFileException {
        Component.Kind kind =
                Component.Kind.of(text.type())
                        .filter(allowed::contains)
                        .orElseThrow(
                                () ->
                                        file.notAllowed(
                                                text.path() + ".type",
                                                "one of "
                                                        + String.join(
                                                                ", ",
                                                                Component.Kind.spellings(allowed))
                                                        + orElse,
                                                text.type()));
        Map<String, Boolean> settings = new HashMap<>(kind.defaults());
        for (String name : kind.required()) {
            settings.put(name, text.flag(name, file));
        }
        for (String name : kind.defaults().keySet()) {
            if (text.settings().containsKey(name)) {
                settings.put(name, text.flag(name, file));
            }
        }
        return new Component(kind, settings);
    }

    /**
     * A component as the file spells it, not yet checked: its type may come after its settings.
     *
     * @param path its JSON path
     * @param type its type
     * @param settings what each of its settings is: {@code true}, {@code false} or a kind of JSON
     * @param parts a sequence's parts
     */
    private record Source(
            String path, String type, Map<String, String> settings, List<Source> parts) {

        /** More than there are kinds to be allowed. */
        private static final int MAX_PARTS = 16;

        /** Reads a component, or null where the file says null. */
        static @Nullable Source read(StrictJson json, String partsName) throws IOException {
            return json.skipNull() ? null : readObject(json, partsName);
        }

        /** Returns a setting that must be true or false. */
        boolean flag(String name, TokenizerFile file) throws TokenizerFileException {
            String value = settings.getOrDefault(name, "nothing");
            if (!value.equals("true") && !value.equals("false")) {
                throw file.notAllowed(Quoted.cut(path + '.' + name), "true or false", value);
            }
            return value.equals("true");
        }

        /**
         * Reads an object.
         *
         * @param partsName the member in which a sequence keeps its parts; null inside a sequence,
         *     where another one is not looked into, but refused
         */
        private static Source readObject(StrictJson json, @Nullable String partsName)
                throws IOException {
            String path = json.path();
            Map<String, String> settings = new HashMap<>();
            List<Source> parts = new ArrayList<>();
            StringBuilder type = new StringBuilder();
            json.object(
                    "an object or null",
                    name -> {
                        if (name.equals("type")) {
                            type.append(json.string("a type"));
                        } else if (name.equals(partsName)) {
                            readParts(json, parts);
                        } else if (json.peek() == JsonToken.BOOLEAN) {
                            settings.put(name, Boolean.toString(json.bool("true or false")));
                        } else {
                            settings.put(name, json.nextInWords());
                            json.skip();
                        }
                    });
            return new Source(path, type.isEmpty() ? "no type" : type.toString(), settings, parts);
        }

        private static void readParts(StrictJson json, List<Source> parts) throws IOException {
            json.array(
                    "an array",
                    () -> {
                        if (parts.size() == MAX_PARTS) {
                            throw json.problem("at most %d parts".formatted(MAX_PARTS), "more");
                        }
                        parts.add(readObject(json, null));
                    });
        }
    }
}
