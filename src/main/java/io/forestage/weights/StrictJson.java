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
 * Reads JSON as a stream of expected values. It descends only where the caller does, so that nested
 * input cannot overflow the stack, and it refuses repeated keys, which a parsed tree would hide.
 */
public final class StrictJson {

    /** The heap that a key takes beside its text, in the set of seen keys and in a map. */
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
     * @param start the position of the text's first byte
     * @param end the position after its last byte
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
         * Reads the value.
         *
         * @throws IOException if the value is not as expected
         */
        void read(String key) throws IOException;
    }

    /**
     * Reads an object that is followed only by whitespace.
     *
     * @param field reads each value
     * @throws WeightFileException if the text has another form
     */
    public void document(Field field) throws WeightFileException {
        try {
            object("a JSON object", field);
            require(JsonToken.END_DOCUMENT, "only whitespace after the JSON object");
        } catch (WeightFileException described) {
            throw described;
        } catch (EOFException cut) {
            throw problem("a complete JSON object", "the end of the text at %s".formatted(place()));
        } catch (MalformedJsonException malformed) {
            throw problem(
                    "strict JSON",
                    "a syntax error or an unpaired surrogate at %s".formatted(place()));
        } catch (IOException failure) {
            throw problem("readable JSON", FailureReason.of(failure));
        }
    }

    /**
     * Reads an object inside the document.
     *
     * @param expected what is expected here, for messages
     * @param field reads each value
     * @throws IOException if there is no object, or if a key is repeated
     */
    public void object(String expected, Field field) throws IOException {
        Set<String> seen = new HashSet<>();
        require(JsonToken.BEGIN_OBJECT, expected);
        json.beginObject();
        while (json.hasNext()) {
            String key = wellFormed(json.nextName());
            keep(key, KEY_BYTES);
            if (!seen.add(key)) {
                throw problem("unique keys", "%s twice".formatted(Quoted.of(key)));
            }
            field.read(key);
        }
        json.endObject();
    }

    /**
     * Reads a string.
     *
     * @param expected what is expected here, for messages
     * @return the string
     * @throws IOException if there is no string, or if it is not valid Unicode
     */
    public String string(String expected) throws IOException {
        require(JsonToken.STRING, expected);
        String string = wellFormed(json.nextString());
        keep(string, STRING_BYTES);
        return string;
    }

    /**
     * Reads an array of integers of 0 or more.
     *
     * @param key the array's key, for messages
     * @param max the largest number of integers accepted
     * @return the integers
     * @throws IOException if there are more, or other values
     */
    public List<Long> numbers(String key, int max) throws IOException {
        List<Long> numbers = new ArrayList<>();
        require(JsonToken.BEGIN_ARRAY, "an array of numbers as %s".formatted(key));
        json.beginArray();
        while (json.hasNext()) {
            if (numbers.size() == max) {
                throw problem("at most %d numbers as %s".formatted(max, key), "more");
            }
            keep("", NUMBER_BYTES);
            numbers.add(number("integers from 0 to 2^63 - 1 in %s".formatted(key)));
        }
        json.endArray();
        return numbers;
    }

    /** Skips a value, however deeply nested. */
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
            // Reported below, like 1.5 and -1.
        }
        throw problem(expected, Quoted.cut(digits));
    }

    /**
     * Counts the heap for a text that is kept.
     *
     * @param text the text
     * @param bytes the heap that is kept beside the text
     * @throws WeightFileException if there is not enough heap
     */
    public void keep(String text, int bytes) throws WeightFileException {
        if (!budget.take(text, bytes)) {
            throw file.problem(
                    null,
                    "names and values that fit %s".formatted(HeapBudget.heap()),
                    "larger ones in a file of %d bytes".formatted(file.size()),
                    HeapBudget.REMEDY);
        }
    }

    /**
     * Sets the tensor that later problems name.
     *
     * @param tensor its name, or null
     */
    public void about(@Nullable String tensor) {
        this.tensor = tensor;
    }

    /**
     * Creates an exception about the file.
     *
     * @return the exception, for the caller to throw
     */
    public WeightFileException problem(String expected, String found) {
        return file.problem(tensor, expected, found, FileBytes.DAMAGED);
    }

    /**
     * Requires text that UTF-8 can encode: JSON can escape half of a surrogate pair. Gson refuses
     * it since 2.15, but a program may bring an older Gson.
     */
    private String wellFormed(String text) throws WeightFileException {
        if (!encoder.canEncode(text)) {
            throw problem("Unicode text", "an unpaired surrogate at %s".formatted(place()));
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
