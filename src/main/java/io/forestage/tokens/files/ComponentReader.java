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
    private @Nullable TokenizerFileException otherDecoder;

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
        if (allowed.contains(Component.Kind.BYTE_LEVEL) && Gpt2Split.isThere(source.parts())) {
            return List.of(Gpt2Split.COMPONENT);
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

    /**
     * Reads the decoder; returns whether there is one. The byte-level one is done in Java. Others
     * do not run: see {@link #requireDecoder}.
     */
    boolean readDecoder() throws IOException {
        Source source = Source.read(json, "decoders");
        if (source != null && source.type().equals(SEQUENCE) && source.parts().size() == 1) {
            source = source.parts().get(0);
        }
        if (source != null && !source.type().equals(Component.Kind.BYTE_LEVEL.spelling())) {
            otherDecoder =
                    file.notAllowed(source.path() + ".type", "ByteLevel or null", source.type());
        }
        return source != null;
    }

    /**
     * Refuses another decoder than the byte-level one, unless tokens spell bytes: these are decoded
     * to their bytes whatever the file has as decoder.
     */
    void requireDecoder(boolean spellBytes) throws TokenizerFileException {
        if (otherDecoder != null && !spellBytes) {
            throw otherDecoder;
        }
    }

    private Component component(Source source, Set<Component.Kind> allowed, String orElse)
            throws TokenizerFileException {
        Component.Replacement replacement = source.replacement();
        if (allowed.contains(Component.Kind.LOWERCASE)
                && replacement != null
                && replacement.isSafe()) {
            return new Component(Component.Kind.REPLACE, Map.of(), replacement);
        }
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
     * @param texts each setting that is a text, and {@code pattern.Regex} or {@code pattern.String}
     * @param parts the parts of a Sequence
     */
    private record Source(
            String path,
            String type,
            Map<String, String> settings,
            Map<String, String> texts,
            List<Source> parts) {

        /** More than there are allowed kinds. */
        private static final int MAX_PARTS = 16;

        /** Reads a component, or null. */
        static @Nullable Source read(StrictJson json, String partsName) throws IOException {
            return json.skipNull() ? null : readObject(json, partsName);
        }

        /** Returns what a Replace without a regular expression replaces, or null. */
        Component.@Nullable Replacement replacement() {
            String pattern = texts.get("pattern.String");
            String content = texts.get("content");
            return type.equals(Component.Kind.REPLACE.spelling())
                            && pattern != null
                            && content != null
                            && !texts.containsKey("pattern.Regex")
                    ? new Component.Replacement(pattern, content)
                    : null;
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
            Map<String, String> texts = new HashMap<>();
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
                            readOther(json, name, texts);
                        }
                    });
            return new Source(
                    path, type.isEmpty() ? "no type" : type.toString(), settings, texts, parts);
        }

        private static void readOther(StrictJson json, String name, Map<String, String> texts)
                throws IOException {
            if (json.peek() == JsonToken.STRING) {
                texts.put(name, json.string("a text"));
            } else if (name.equals("pattern") && json.peek() == JsonToken.BEGIN_OBJECT) {
                json.object("a pattern", kind -> readOther(json, name + '.' + kind, texts));
            } else {
                json.skip();
            }
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

    /**
     * GPT-2's pattern before bytes, as a {@code Split}. It is what {@code ByteLevel} does by
     * itself, and is replaced by that; any other pattern is refused.
     */
    private static final class Gpt2Split {

        private static final String REST =
                "| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

        /** As in GPT-2's code, and as in tiktoken's. */
        private static final Set<String> PATTERNS =
                Set.of("'s|'t|'re|'ve|'m|'ll|'d" + REST, "'(?:[sdmt]|ll|ve|re)" + REST);

        static final Component COMPONENT =
                new Component(
                        Component.Kind.BYTE_LEVEL,
                        Map.of(
                                "add_prefix_space", false,
                                "use_regex", true,
                                "trim_offsets", true));

        private Gpt2Split() {}

        static boolean isThere(List<Source> parts) {
            return parts.size() == 2 && isSplit(parts.get(0)) && isBytesAlone(parts.get(1));
        }

        private static boolean isSplit(Source part) {
            return part.type().equals("Split")
                    && PATTERNS.contains(part.texts().getOrDefault("pattern.Regex", ""))
                    && "Isolated".equals(part.texts().get("behavior"))
                    && "false".equals(part.settings().get("invert"));
        }

        private static boolean isBytesAlone(Source part) {
            return part.type().equals(Component.Kind.BYTE_LEVEL.spelling())
                    && "false".equals(part.settings().get("add_prefix_space"))
                    && "false".equals(part.settings().get("use_regex"));
        }
    }
}
