package io.forestage.tokens.files;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * An allowed normalizer or pre-tokenizer. It is written from its parsed settings, so that nothing
 * of the file reaches the native library unchecked.
 *
 * @param kind its kind
 * @param settings its settings, in the order in which they are written
 */
record Component(Kind kind, Map<String, Boolean> settings) {

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

    /**
     * The normalizers and pre-tokenizers that the native library may get, in which a panic ends the
     * whole process. Everything else is refused. What is here takes no pattern and no text from the
     * file, makes of one character a bounded number, and needs time in proportion to the text; each
     * may be there once, as two in a row can multiply.
     */
    @SuppressWarnings("ImmutableEnumChecker") // Sets and maps are those of Set.of and Map.of.
    enum Kind {
        /** Unicode's canonical composition: at most three characters for one. */
        NFC("NFC"),
        /** Unicode's canonical decomposition: at most four characters for one. */
        NFD("NFD"),
        /** Unicode's compatibility composition: at most eighteen characters for one. */
        NFKC("NFKC"),
        /** Unicode's compatibility decomposition: at most eighteen characters for one. */
        NFKD("NFKD"),
        /** Lower case: at most two characters for one. */
        LOWERCASE("Lowercase"),
        /**
         * GPT-2's: the pattern is the library's own and never steps back by more than one
         * character; two bytes for each. Twice, every byte that is no ASCII doubles, and so again
         * and again.
         */
        BYTE_LEVEL(
                "ByteLevel",
                Set.of("add_prefix_space"),
                // The library ignores trim_offsets here but requires it.
                Map.of("use_regex", true, "trim_offsets", true)),
        /** Splits digits from the rest: looks at one character at a time. */
        DIGITS("Digits", Set.of("individual_digits"), Map.of()),
        /** Drops white space and splits words from punctuation: a pattern that never steps back. */
        WHITESPACE("Whitespace"),
        /** Drops white space: looks at one character at a time. */
        WHITESPACE_SPLIT("WhitespaceSplit");

        static final Set<Kind> NORMALIZERS = EnumSet.range(NFC, LOWERCASE);
        static final Set<Kind> PRE_TOKENIZERS = EnumSet.range(BYTE_LEVEL, WHITESPACE_SPLIT);

        private final String spelling;
        private final Set<String> required;
        private final Map<String, Boolean> defaults;

        Kind(String spelling) {
            this(spelling, Set.of(), Map.of());
        }

        Kind(String spelling, Set<String> required, Map<String, Boolean> defaults) {
            this.spelling = spelling;
            this.required = required;
            this.defaults = defaults;
        }

        static Optional<Kind> of(String spelling) {
            return Arrays.stream(values()).filter(k -> k.spelling.equals(spelling)).findFirst();
        }

        /** The {@code type} in a tokenizer.json. */
        String spelling() {
            return spelling;
        }

        /** The settings, all true or false, that have to be there. */
        Set<String> required() {
            return required;
        }

        /** The settings, all true or false, that may be left out. */
        Map<String, Boolean> defaults() {
            return defaults;
        }

        /** The types of some kinds, for errors. */
        static List<String> spellings(Set<Kind> kinds) {
            return kinds.stream().map(Kind::spelling).toList();
        }
    }
}
