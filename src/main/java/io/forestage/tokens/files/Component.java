package io.forestage.tokens.files;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An allowed normalizer or pre-tokenizer. It is written from its parsed settings, so nothing in the
 * file reaches the native library unchecked.
 *
 * @param kind the kind
 * @param settings the settings, in the order in which they are written
 * @param replacement what a {@link Kind#REPLACE} replaces; null for any other kind
 */
record Component(Kind kind, Map<String, Boolean> settings, @Nullable Replacement replacement) {

    private static final String PREFIX_SPACE = "add_prefix_space";

    Component {
        settings = new TreeMap<>(settings);
    }

    Component(Kind kind, Map<String, Boolean> settings) {
        this(kind, settings, null);
    }

    /**
     * A text that replaces another one.
     *
     * @param pattern the text that is replaced, not a regular expression
     * @param content the text that takes its place
     */
    record Replacement(String pattern, String content) {

        private static final int MAX_LENGTH = 256;

        /** Returns whether the result is never longer than the text. */
        boolean isSafe() {
            return !pattern.isEmpty()
                    && pattern.length() <= MAX_LENGTH
                    && content.getBytes(StandardCharsets.UTF_8).length
                            <= pattern.getBytes(StandardCharsets.UTF_8).length;
        }
    }

    boolean is(String setting) {
        return settings.getOrDefault(setting, false);
    }

    /** Returns the component with another {@code add_prefix_space}, if it has that setting. */
    Component withPrefixSpace(boolean value) {
        if (!settings.containsKey(PREFIX_SPACE)) {
            return this;
        }
        Map<String, Boolean> changed = new TreeMap<>(settings);
        changed.put(PREFIX_SPACE, value);
        return new Component(kind, changed, replacement);
    }

    /** Writes no component as null, one as itself, and several as a Sequence. */
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
        if (replacement != null) {
            out.name("pattern").beginObject();
            out.name("String").value(replacement.pattern());
            out.endObject();
            out.name("content").value(replacement.content());
        }
        out.endObject();
    }

    /**
     * The normalizers and pre-tokenizers that are safe for the native library, in which a panic
     * ends the process. All others are refused. These take no regular expression from the file,
     * turn one character into a bounded number of characters, and run in time linear in the text.
     * Each may occur once, because two in a row can multiply the text's length.
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
        /** Lower case: at most two characters for one character. */
        LOWERCASE("Lowercase"),
        /** One text for another that is not shorter; allowed with such texts only. */
        REPLACE("Replace"),
        /**
         * GPT-2's pre-tokenizer. Its pattern is fixed and backtracks by at most one character; a
         * byte becomes at most two bytes. Applied several times, it would double non-ASCII bytes
         * each time.
         */
        BYTE_LEVEL(
                "ByteLevel",
                Set.of(PREFIX_SPACE),
                // The library ignores trim_offsets here but requires it.
                Map.of("use_regex", true, "trim_offsets", true)),
        /** Splits digits from other characters, one character at a time. */
        DIGITS("Digits", Set.of("individual_digits"), Map.of()),
        /**
         * Drops white space and splits words from punctuation, with a pattern without backtracking.
         */
        WHITESPACE("Whitespace"),
        /** Drops white space, one character at a time. */
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

        /** Returns the {@code type} in a tokenizer.json. */
        String spelling() {
            return spelling;
        }

        /** Returns the names of the required settings, which are true or false. */
        Set<String> required() {
            return required;
        }

        /** Returns the optional settings and their default values. */
        Map<String, Boolean> defaults() {
            return defaults;
        }

        /** Returns the types of some kinds, for errors. */
        static List<String> spellings(Set<Kind> kinds) {
            return kinds.stream().map(Kind::spelling).toList();
        }
    }
}
