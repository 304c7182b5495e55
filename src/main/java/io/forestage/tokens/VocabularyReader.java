package io.forestage.tokens;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.forestage.support.Quoted;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects a vocabulary's entries from JSON and refuses what no vocabulary can hold. */
final class VocabularyReader {

    /** An embedding table with this many rows of 768 floats takes 51 GB. */
    private static final int MAX_ID = (1 << 24) - 1;

    private final String file;
    private final Map<String, Integer> ids = new HashMap<>(1 << 17);
    private @Nullable String[] tokens = new String[1 << 16];
    private int size;

    VocabularyReader(String file) {
        this.file = file;
    }

    /** The entries read so far, by token. */
    Map<String, Integer> ids() {
        return ids;
    }

    /** The token of each id up to the highest. */
    @Nullable String[] tokens() {
        return Arrays.copyOf(tokens, size);
    }

    /** Takes each entry as it is read. */
    interface Sink {
        void entry(String token, int id) throws IOException;
    }

    /** Reads {@code {"token": id, …}}; the reader stands before the object. */
    void readObject(JsonReader json, Sink sink) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            String token = json.nextName();
            if (json.peek() != JsonToken.NUMBER) {
                throw refused(place(json), "an id for " + Quoted.of(token), json.peek().toString());
            }
            int id = parseId(token, json.nextString(), json);
            add(token, id, json);
            sink.entry(token, id);
        }
        json.endObject();
    }

    /** Adds one entry. */
    void add(String token, int id, JsonReader json) throws TokenizerFileException {
        int lone = TextCheck.loneSurrogate(token);
        if (lone >= 0) {
            throw refused(
                    place(json),
                    "a token of whole characters",
                    "the lone surrogate U+%04X".formatted((int) token.charAt(lone)));
        }
        if (id >= tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(id + 1, tokens.length * 2));
        }
        String other = tokens[id];
        if (other != null && !other.equals(token)) {
            throw refused(
                    place(json),
                    "one token for id " + id,
                    "%s and %s".formatted(Quoted.of(other), Quoted.of(token)));
        }
        Integer before = ids.put(token, id);
        if (before != null) {
            throw refused(
                    place(json),
                    "the token %s once".formatted(Quoted.of(token)),
                    "it again (ids %d and %d)".formatted(before, id));
        }
        tokens[id] = token;
        size = Math.max(size, id + 1);
    }

    /** An id from its digits: gson itself would take 1.0 and "1" too. */
    int parseId(String token, String id, JsonReader json) throws TokenizerFileException {
        try {
            int value = Integer.parseInt(id);
            if (value >= 0 && value <= MAX_ID) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw refused(
                place(json),
                "an id from 0 to %d for %s".formatted(MAX_ID, Quoted.of(token)),
                Quoted.cut(id));
    }

    private TokenizerFileException refused(String where, String expected, String found) {
        return new TokenizerFileException(
                file, where, expected, found, "fetch the tokenizer's files again or mend this one");
    }

    /** Where a reader stands: gson says line, column and path. */
    static String place(JsonReader json) {
        return Quoted.cut(json.toString().replaceFirst("^\\w*JsonReader at ", ""));
    }
}
