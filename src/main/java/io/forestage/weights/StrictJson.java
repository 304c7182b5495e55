package io.forestage.weights;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.forestage.support.FailureReason;
import io.forestage.support.HeapBudget;
import io.forestage.support.Quoted;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON as a stream of the values that are expected. It never goes deeper than it is asked to, so
 * that nested input cannot exhaust the stack, and it notices a repeated key, which a parsed tree
 * would hide.
 */
final class StrictJson {

    /** A key in the set of those that were seen and in a map. */
    private static final int KEY_BYTES = 200;

    private static final int STRING_BYTES = 56;
    private static final int NUMBER_BYTES = 40;

    private final FileBytes file;
    private final JsonReader json;
    private final HeapBudget budget = HeapBudget.ofOneFile();
    private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    private @Nullable String tensor;

    StrictJson(FileBytes file, long start, long end) {
        this.file = file;
        this.json = new JsonReader(new JsonText(file, start, end));
        json.setStrictness(Strictness.STRICT);
    }

    /** Reads the value of one key. */
    @FunctionalInterface
    interface Field {
        void read(String key) throws IOException;
    }

    /** Reads an object that has nothing but spaces after it. */
    void document(Field field) throws WeightFileException {
        try {
            object("a JSON object", field);
            require(JsonToken.END_DOCUMENT, "nothing but spaces after the JSON object");
        } catch (WeightFileException alreadyClear) {
            throw alreadyClear;
        } catch (EOFException cut) {
            throw problem("a complete JSON object", "its end at " + place());
        } catch (MalformedJsonException malformed) {
            throw problem("strict JSON", "a syntax error or an unpaired surrogate at " + place());
        } catch (IOException failure) {
            throw problem("JSON that can be read", FailureReason.of(failure));
        }
    }

    void object(String expected, Field field) throws IOException {
        Set<String> seen = new HashSet<>();
        require(JsonToken.BEGIN_OBJECT, expected);
        json.beginObject();
        while (json.hasNext()) {
            String key = wellFormed(json.nextName());
            keep(key, KEY_BYTES);
            if (!seen.add(key)) {
                throw problem("each key once", Quoted.of(key) + " twice");
            }
            field.read(key);
        }
        json.endObject();
    }

    String string(String expected) throws IOException {
        require(JsonToken.STRING, expected);
        String string = wellFormed(json.nextString());
        keep(string, STRING_BYTES);
        return string;
    }

    List<Long> numbers(String key, int max) throws IOException {
        List<Long> numbers = new ArrayList<>();
        require(JsonToken.BEGIN_ARRAY, "an array of numbers as " + key);
        json.beginArray();
        while (json.hasNext()) {
            if (numbers.size() == max) {
                throw problem("at most %d numbers as %s".formatted(max, key), "more");
            }
            keep("", NUMBER_BYTES);
            numbers.add(number("only integers from 0 to 2^63 - 1 in " + key));
        }
        json.endArray();
        return numbers;
    }

    /** Reads what is of no use, however deep it goes. */
    void skip() throws IOException {
        json.skipValue();
    }

    long number(String expected) throws IOException {
        require(JsonToken.NUMBER, expected);
        String digits = json.nextString();
        try {
            if (digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Long.parseLong(digits);
            }
        } catch (NumberFormatException tooLarge) {
            // Falls through to the same error as 1.5 and -1.
        }
        throw problem(expected, Quoted.cut(digits));
    }

    /**
     * Counts a text that is kept, and what is kept beside it; fails when the heap has no room for
     * it.
     */
    void keep(String text, int bytes) throws WeightFileException {
        if (!budget.take(text, bytes)) {
            throw file.problem(
                    null,
                    "names and values that fit " + HeapBudget.heap(),
                    "more in a file of %d bytes".formatted(file.size()),
                    HeapBudget.REMEDY);
        }
    }

    /** Names the tensor that problems are about from now on. */
    void about(@Nullable String tensor) {
        this.tensor = tensor;
    }

    WeightFileException problem(String expected, String found) {
        return file.problem(tensor, expected, found, FileBytes.DAMAGED);
    }

    /**
     * JSON can escape half of a surrogate pair, which no writer could put back into UTF-8. Gson
     * refuses it since 2.15, but a program may have an older one.
     */
    private String wellFormed(String text) throws WeightFileException {
        if (!encoder.canEncode(text)) {
            throw problem("Unicode text", "an unpaired surrogate at " + place());
        }
        return text;
    }

    private void require(JsonToken token, String expected) throws IOException {
        JsonToken found = json.peek();
        if (found != token) {
            throw problem(expected, "%s at %s".formatted(found, place()));
        }
    }

    private String place() {
        return Quoted.cut(json.getPath());
    }
}
