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

/** Reads the normalizer, pre-tokenizer and decoder of a tokenizer.json; refuses unknown kinds. */
final class ComponentReader {

    private static final String SEQUENCE = "Sequence";

    private final TokenizerFile file;
    private final StrictJson json;

    ComponentReader(TokenizerFile file, StrictJson json) {
        this.file = file;
        this.json = json;
    }

    /**
     * Reads a component, the parts of a Sequence, or null for none.
     *
     * @param partsName the member that holds a Sequence's parts
     * @param allowed the allowed kinds
     */
    List<Component> read(String partsName, Set<Component.Kind> allowed) throws IOException {
        Source source = Source.read(json, partsName);
        if (source == null) {
            return List.of();
        }
        if (!source.type().equals(SEQUENCE)) {
            return List.of(component(source, allowed, ", null or a Sequence of them"));
        }
        List<Component> components = new ArrayList<>();
        Set<Component.Kind> seen = EnumSet.noneOf(Component.Kind.class);
        for (Source part : source.parts()) {
            Component component = component(part, allowed, "");
            if (!seen.add(component.kind())) {
                throw file.notAllowed(
                        part.path(), "each kind once", "%s again".formatted(part.type()));
            }
            components.add(component);
        }
        return components;
    }

    /** Reads the decoder, which must be the byte-level one; returns whether there is one. */
    boolean readDecoder() throws IOException {
        Source source = Source.read(json, "decoders");
        if (source != null && !source.type().equals(Component.Kind.BYTE_LEVEL.spelling())) {
            throw file.notAllowed(source.path() + ".type", "ByteLevel or null", source.type());
        }
        return source != null;
    }

    private Component component(Source source, Set<Component.Kind> allowed, String orElse)
            throws TokenizerFileException {
        Component.Kind kind =
                Component.Kind.of(source.type())
                        .filter(allowed::contains)
                        .orElseThrow(
                                () ->
                                        file.notAllowed(
                                                source.path() + ".type",
                                                "one of %s%s"
                                                        .formatted(
                                                                String.join(
                                                                        ", ",
                                                                        Component.Kind.spellings(
                                                                                allowed)),
                                                                orElse),
                                                source.type()));
        Map<String, Boolean> settings = new HashMap<>(kind.defaults());
        for (String name : kind.required()) {
            settings.put(name, source.flag(name, file));
        }
        for (String name : kind.defaults().keySet()) {
            if (source.settings().containsKey(name)) {
                settings.put(name, source.flag(name, file));
            }
        }
        return new Component(kind, settings);
    }

    /**
     * A component as the file has it, not yet checked, because its type may come after its
     * settings.
     *
     * @param path the JSON path
     * @param type the type
     * @param settings each setting's value: {@code true}, {@code false} or the kind of another JSON
     *     value
     * @param parts the parts of a Sequence
     */
    private record Source(
            String path, String type, Map<String, String> settings, List<Source> parts) {

        /** More than there are allowed kinds. */
        private static final int MAX_PARTS = 16;

        /** Reads a component, or null. */
        static @Nullable Source read(StrictJson json, String partsName) throws IOException {
            return json.skipNull() ? null : readObject(json, partsName);
        }

        /** Returns a setting; throws if it is neither true nor false. */
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
         * @param partsName the member that holds a Sequence's parts; null inside a Sequence, where
         *     another Sequence is refused
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
