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
public final class StrictJson {

    /** A key in the set of those that were seen and in a map. */
    private static final int KEY_BYTES = 200;

    private static final int STRING_BYTES = 56;
    private static final int NUMBER_BYTES = 40;

    private final FileBytes file;
    private final JsonReader json;
    private final HeapBudget budget = HeapBudget.ofOneFile();
    private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    private @Nullable String tensor;

    /**
     * Reads a part of a file.
     *
     * @param file the open file
     * @param start where the text starts, in bytes
     * @param end where it ends
     */
    public StrictJson(FileBytes file, long start, long end) {
        this.file = file;
        this.json = new JsonReader(new JsonText(file, start, end));
        json.setStrictness(Strictness.STRICT);
    }

    /** Reads the value of one key. */
    @FunctionalInterface
    public interface Field {
        /**
         * Reads it.
         *
         * @param key the key
         * @throws IOException if the value is not as expected
         */
        void read(String key) throws IOException;
    }

    /**
     * Reads an object that has nothing but spaces after it.
     *
     * @param field reads each value
     * @throws WeightFileException if the text is anything else
     */
    public void document(Field field) throws WeightFileException {
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

    /**
     * Reads an object inside the document.
     *
     * @param expected what a message expects here
     * @param field reads each value
     * @throws IOException if there is no object, or a key is repeated
     */
    public void object(String expected, Field field) throws IOException {
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

    /**
     * Reads a string.
     *
     * @param expected what a message expects here
     * @return the string
     * @throws IOException if there is none, or it is no Unicode text
     */
    public String string(String expected) throws IOException {
        require(JsonToken.STRING, expected);
        String string = wellFormed(json.nextString());
        keep(string, STRING_BYTES);
        return string;
    }

    /**
     * Reads an array of integers from 0 on.
     *
     * @param key the array's key, for messages
     * @param max how many there may be
     * @return the integers
     * @throws IOException if there are more, or other values
     */
    public List<Long> numbers(String key, int max) throws IOException {
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
     * Counts a text that is kept.
     *
     * @param text the text
     * @param bytes what is kept beside it
     * @throws WeightFileException if the heap has no room for it
     */
    public void keep(String text, int bytes) throws WeightFileException {
        if (!budget.take(text, bytes)) {
            throw file.problem(
                    null,
                    "names and values that fit " + HeapBudget.heap(),
                    "more in a file of %d bytes".formatted(file.size()),
                    HeapBudget.REMEDY);
        }
    }

    /**
     * Names the tensor that problems are about from now on.
     *
     * @param tensor its name; null for none
     */
    public void about(@Nullable String tensor) {
        this.tensor = tensor;
    }

    /**
     * Makes an exception about the file.
     *
     * @param expected what was expected
     * @param found what was found
     * @return the exception, to be thrown
     */
    public WeightFileException problem(String expected, String found) {
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
