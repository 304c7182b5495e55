package io.forestage.tokens.files;

import com.google.gson.stream.JsonToken;
import io.forestage.support.HeapBudget;
import io.forestage.support.JsonException;
import io.forestage.support.Quoted;
import io.forestage.support.StrictJson;
import io.forestage.support.Surrogates;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a vocabulary's entries from JSON; throws for invalid ones. */
final class VocabularyReader {

    /** The memory of an entry in the map and the array, in addition to the text. */
    private static final int TOKEN_BYTES = 120;

    private final TokenizerFile file;
    private final int maxId;
    private final HeapBudget budget = HeapBudget.ofOneFile();
    private final Map<String, Integer> ids = new HashMap<>(1 << 17);
    private @Nullable String[] tokens = new String[1 << 16];
    private int size;

    VocabularyReader(TokenizerFile file) {
        this.file = file;
        this.maxId = file.maxId();
    }

    /** Returns the ids of the tokens read so far. */
    Map<String, Integer> ids() {
        return ids;
    }

    /** Returns the token of each id up to the highest; null where there is none. */
    @Nullable String[] tokens() {
        return Arrays.copyOf(tokens, size);
    }

    /** Receives each entry when it is read. */
    interface Sink {
        void entry(String token, int id) throws IOException;
    }

    /** Reads an object {@code {"token": id, …}}. */
    void readObject(StrictJson json, Sink sink) throws IOException {
        json.entries(
                "the vocabulary as an object",
                token -> {
                    if (json.peek() != JsonToken.NUMBER) {
                        throw json.unexpected("an id for " + Quoted.of(token));
                    }
                    int id = parseId(token, json.number("an id"), json);
                    add(token, id, json);
                    sink.entry(token, id);
                });
    }

    /** Adds one entry. */
    void add(String token, int id, StrictJson json) throws IOException {
        if (!budget.take(token, TOKEN_BYTES)) {
            throw file.tooLarge("tokens");
        }
        int lone = Surrogates.firstUnpaired(token);
        if (lone >= 0) {
            throw json.problem(
                    "a token of whole characters",
                    "the lone surrogate U+%04X".formatted((int) token.charAt(lone)));
        }
        if (id >= tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(id + 1, tokens.length * 2));
        }
        String other = tokens[id];
        if (other != null && !other.equals(token)) {
            throw json.problem(
                    "one token for id %d".formatted(id),
                    "%s and %s".formatted(Quoted.of(other), Quoted.of(token)));
        }
        Integer before = ids.put(token, id);
        if (before != null) {
            throw json.problem(
                    "the token %s once".formatted(Quoted.of(token)),
                    "it twice, with ids %d and %d".formatted(before, id));
        }
        tokens[id] = token;
        size = Math.max(size, id + 1);
    }

    /** Parses an id from its digits; gson would accept 1.0 and "1" too. */
    int parseId(String token, String id, StrictJson json) throws JsonException {
        return parseId(token, id, maxId, json);
    }

    /** Parses an id from its digits. */
    static int parseId(String token, String id, int maxId, StrictJson json) throws JsonException {
        try {
            int value = Integer.parseInt(id);
            if (value >= 0 && value <= maxId) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw json.problem(
                "an id from 0 to %d for %s".formatted(maxId, Quoted.of(token)), Quoted.cut(id));
    }
}
