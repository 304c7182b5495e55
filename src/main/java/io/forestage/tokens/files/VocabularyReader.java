package io.forestage.tokens.files;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.forestage.support.HeapBudget;
import io.forestage.support.Quoted;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.Utf16;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a vocabulary's entries from JSON and refuses invalid ones. */
final class VocabularyReader {

    /** A token in the map from its text, its id there, and its place in the list. */
    private static final int TOKEN_BYTES = 120;

    private final TokenizerFile file;
    private final int highestId;
    private final HeapBudget budget = HeapBudget.ofOneFile();
    private final Map<String, Integer> ids = new HashMap<>(1 << 17);
    private @Nullable String[] tokens = new String[1 << 16];
    private int size;

    VocabularyReader(TokenizerFile file) {
        this.file = file;
        this.highestId = file.highestId();
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
        if (!budget.take(token, TOKEN_BYTES)) {
            throw file.tooLarge("tokens");
        }
        int lone = Utf16.loneSurrogate(token);
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

    /** Parses an id from its digits: gson itself would accept 1.0 and "1" too. */
    int parseId(String token, String id, JsonReader json) throws TokenizerFileException {
        try {
            int value = Integer.parseInt(id);
            if (value >= 0 && value <= highestId) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw refused(
                place(json),
                "an id from 0 to %d for %s".formatted(highestId, Quoted.of(token)),
                Quoted.cut(id));
    }

    private TokenizerFileException refused(String where, String expected, String found) {
        return new TokenizerFileException(
                file.name(),
                where,
                expected,
                found,
                "fetch the tokenizer's files again or repair this file");
    }

    /** The reader's position: line, column and path, from gson. */
    static String place(JsonReader json) {
        return Quoted.cut(json.toString().replaceFirst("^\\w*JsonReader at ", ""));
    }
}
