package io.forestage.tokens;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.forestage.support.Quoted;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model's settings: BPE as GPT-2 has it, with or without an unknown token. The others are let
 * through only where they change nothing:
 *
 * <ul>
 *   <li>{@code continuing_subword_prefix} cuts its own length off every merge's second half,
 *       wherever that ends, which is a panic.
 *   <li>{@code end_of_word_suffix} is copied once for every word, however long it is.
 *   <li>{@code byte_fallback} gives tokens places outside the text.
 *   <li>{@code ignore_merges} finds a special token's spelling where special tokens are text.
 * </ul>
 */
final class BpeSettings {

    private static final String UNKNOWN = "unk_token";
    private static final String FUSE_UNKNOWN = "fuse_unk";
    private static final Set<String> EMPTY =
            Set.of("continuing_subword_prefix", "end_of_word_suffix");
    private static final Set<String> FALSE = Set.of("byte_fallback", "ignore_merges");

    private final StrictJson json;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Boolean> flags = new HashMap<>();

    BpeSettings(StrictJson json) {
        this.json = json;
    }

    @Nullable String unknownToken() {
        return texts.get(UNKNOWN);
    }

    /** Reads one setting; those that are not known here never reach the library. */
    void read(String name) throws IOException {
        JsonReader reader = json.reader();
        if (name.equals("type")) {
            String type = json.string("a type");
            checkType(type);
            texts.put(name, type);
        } else if (name.equals(UNKNOWN) || EMPTY.contains(name)) {
            String text = json.stringOrNull("a string or null");
            if (text != null) {
                texts.put(name, text);
            }
        } else if ((name.equals(FUSE_UNKNOWN) || FALSE.contains(name))
                && reader.peek() != JsonToken.NULL) {
            json.expect(JsonToken.BOOLEAN, "true, false or null");
            flags.put(name, reader.nextBoolean());
        } else {
            reader.skipValue();
        }
    }

    /** Checks what was read; GPT-2's own file has no type, but merges. */
    void check(boolean hasMerges) throws TokenizerFileException {
        if (!hasMerges) {
            checkType(texts.getOrDefault("type", "no type"));
        }
        for (String name : EMPTY) {
            String text = texts.getOrDefault(name, "");
            if (!text.isEmpty()) {
                throw json.notAllowed("$.model." + name, "none in a BPE model", Quoted.of(text));
            }
        }
        for (String name : FALSE) {
            if (flags.getOrDefault(name, false)) {
                throw json.notAllowed("$.model." + name, "false", "true");
            }
        }
    }

    /** Writes the settings. A text with a character unknown to a model with none is an error. */
    void write(Set<String> vocabulary, JsonWriter out) throws IOException {
        String unknown = unknownToken();
        if (unknown != null && !vocabulary.contains(unknown)) {
            throw json.notAllowed(
                    "$.model." + UNKNOWN, "a token of the vocabulary", Quoted.of(unknown));
        }
        out.name(UNKNOWN).value(unknown);
        out.name(FUSE_UNKNOWN).value(flags.getOrDefault(FUSE_UNKNOWN, false));
    }

    private void checkType(String type) throws TokenizerFileException {
        if (!type.equals("BPE")) {
            throw json.notAllowed("$.model.type", "BPE", Quoted.cut(type));
        }
    }
}
