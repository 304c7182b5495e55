package io.forestage.support;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON as a stream of expected values: RFC 8259 and nothing more. Refused are comments, unquoted
 * names, NaN, text after the value, a name that an object has twice, unpaired surrogates, nesting
 * deeper than 255, and names and kept values that together take half of the heap. A byte order mark
 * at the start is ignored. The caller, who reads the bytes, limits their number and checks that
 * they are UTF-8.
 *
 * <p>Every method that reads takes {@code expected}, the words for a message when something else is
 * there, and throws a {@link JsonException} then.
 *
 * <p>Streaming never goes deeper than the caller asks, so that nested input cannot exhaust the
 * stack. Every problem is a {@link JsonException} with the place; exceptions of the reader below
 * and of the caller's own code pass unchanged.
 */
public final class StrictJson {

    /** Gson's own limit since 2.12; a program may have an older version. */
    static final int MAX_DEPTH = 255;

    /** More digits than any number here needs; parsing millions of them takes minutes. */
    private static final int MAX_DIGITS = 1000;

    /** A name in the set of those that were seen and in a map. */
    private static final int NAME_BYTES = 200;

    private final JsonReader json;
    private final int maxNames;
    private final HeapBudget budget = HeapBudget.ofOneFile();

    /**
     * Reads a text.
     *
     * @param text the text
     */
    public StrictJson(String text) {
        this(new StringReader(text), Integer.MAX_VALUE);
    }

    /**
     * Reads what a reader returns.
     *
     * @param text the text; its own exceptions reach the caller
     * @param maxNames how many names {@link #object} allows in one object
     */
    public StrictJson(Reader text, int maxNames) {
        this.json = new JsonReader(text);
        this.maxNames = maxNames;
        json.setStrictness(Strictness.STRICT);
    }

    /** Reads a value, leaves the reader after it, and returns a result. */
    @FunctionalInterface
    public interface Value<T> {
        /** Reads the value. */
        T read() throws IOException;
    }

    /** Reads the value of one name, and leaves the reader after it. */
    @FunctionalInterface
    public interface Member {
        /** Reads the value. */
        void read(String name) throws IOException;
    }

    /** Reads one element of an array, and leaves the reader after it. */
    @FunctionalInterface
    public interface Element {
        /** Reads the element. */
        void read() throws IOException;
    }

    /**
     * Reads the whole text: one value with nothing but white space after it.
     *
     * @param <T> the type of the result
     * @param value reads the value
     * @return the result
     * @throws JsonException if the text is not strict JSON, or not what {@code value} expects
     * @throws IOException what the reader below or {@code value} throws
     */
    public <T> T document(Value<T> value) throws IOException {
        try {
            T result = value.read();
            expect(JsonToken.END_DOCUMENT, "nothing after the JSON value");
            return result;
        } catch (EOFException cut) {
            throw problem("complete JSON", "the end of the text", cut);
        } catch (MalformedJsonException | NumberFormatException malformed) {
            throw problem(
                    "strict JSON",
                    "a syntax error, an unpaired surrogate or nesting deeper than %d"
                            .formatted(MAX_DEPTH),
                    malformed);
        }
    }

    /** Reads an object, in which each name may be there once, with a reader of each value. */
    public void object(String expected, Member member) throws IOException {
        Set<String> names = new HashSet<>();
        entries(
                expected,
                name -> {
                    keep(name, NAME_BYTES);
                    if (!names.add(wellFormed(name))) {
                        throw problem("each name once", "%s twice".formatted(Quoted.of(name)));
                    }
                    if (names.size() > maxNames) {
                        throw problem("at most %d names".formatted(maxNames), "more");
                    }
                    member.read(name);
                });
    }

    /**
     * Reads an object of many names, such as a vocabulary. The caller counts them, and refuses one
     * that is there twice or has an unpaired surrogate.
     */
    public void entries(String expected, Member member) throws IOException {
        expect(JsonToken.BEGIN_OBJECT, expected);
        json.beginObject();
        while (json.hasNext()) {
            member.read(json.nextName());
        }
        json.endObject();
    }

    /** Reads an array. */
    public void array(String expected, Element element) throws IOException {
        beginArray(expected);
        while (json.hasNext()) {
            element.read();
        }
        endArray();
    }

    /** Enters an array whose elements differ, which {@link #endArray} leaves. */
    public void beginArray(String expected) throws IOException {
        expect(JsonToken.BEGIN_ARRAY, expected);
        json.beginArray();
    }

    /** Returns whether the array has another element. */
    public boolean hasNext() throws IOException {
        return json.hasNext();
    }

    /** Leaves an array. */
    public void endArray() throws IOException {
        expect(JsonToken.END_ARRAY, "the end of the array");
        json.endArray();
    }

    /**
     * Reads a string. A caller that keeps many counts them with {@link #keep}.
     *
     * @return the string, which is Unicode text
     * @throws IOException if there is none, or it has an unpaired surrogate
     */
    public String string(String expected) throws IOException {
        expect(JsonToken.STRING, expected);
        return wellFormed(json.nextString());
    }

    /** Reads true or false. */
    public boolean bool(String expected) throws IOException {
        expect(JsonToken.BOOLEAN, expected);
        return json.nextBoolean();
    }

    /** Reads a number as it is spelled. */
    public String number(String expected) throws IOException {
        expect(JsonToken.NUMBER, expected);
        return json.nextString();
    }

    /** Reads an integer of 64 bits, which may also be spelled 1.0 or 1e2. */
    public long integer(String expected) throws IOException {
        String number = number(expected);
        try {
            if (number.length() <= MAX_DIGITS) {
                return new BigDecimal(number).longValueExact();
            }
        } catch (ArithmeticException | NumberFormatException notOfThatKind) {
            // Falls through to the same error as a number of too many digits.
        }
        throw before(expected, Quoted.cut(number));
    }

    /** Reads an integer from 0 to 2^63 - 1, spelled with digits alone. */
    public long index(String expected) throws IOException {
        String digits = number(expected);
        try {
            if (digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Long.parseLong(digits);
            }
        } catch (NumberFormatException tooLarge) {
            // Falls through to the same error as 1.5 and -1.
        }
        throw before(expected, Quoted.cut(digits));
    }

    /** Skips a null, if one is next, and returns whether there was one. */
    public boolean skipNull() throws IOException {
        if (json.peek() != JsonToken.NULL) {
            return false;
        }
        json.nextNull();
        return true;
    }

    /** Skips a value, however deep it goes. */
    public void skip() throws IOException {
        json.skipValue();
    }

    /** Returns the kind of the next value, which stays unread. */
    public JsonToken peek() throws IOException {
        return json.peek();
    }

    /** Returns the kind of the next value in words, such as {@code a number}. */
    public String nextInWords() throws IOException {
        return switch (json.peek()) {
            case BEGIN_ARRAY -> "an array";
            case END_ARRAY -> "the end of the array";
            case BEGIN_OBJECT -> "an object";
            case END_OBJECT -> "the end of the object";
            case NAME -> "a name";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            case END_DOCUMENT -> "the end of the text";
        };
    }

    /** Checks the kind of the next value. */
    public void expect(JsonToken kind, String expected) throws IOException {
        if (json.peek() != kind) {
            throw unexpected(expected);
        }
    }

    /** Makes the exception for a next value of the wrong kind, to be thrown. */
    public JsonException unexpected(String expected) throws IOException {
        return problem(expected, nextInWords());
    }

    /**
     * Counts a text that is kept.
     *
     * @param text the text
     * @param bytes what is kept beside it
     * @throws JsonException if the heap has no room for it
     */
    public void keep(String text, int bytes) throws JsonException {
        if (!budget.take(text, bytes)) {
            throw new JsonException(
                    place(),
                    "names and values that fit %s".formatted(HeapBudget.heap()),
                    "more",
                    HeapBudget.REMEDY,
                    null);
        }
    }

    /**
     * Makes an exception with the place that the reader has reached.
     *
     * @param expected what was expected
     * @param found what was found
     * @return the exception, to be thrown
     */
    public JsonException problem(String expected, String found) {
        return problem(expected, found, null);
    }

    /**
     * Returns the place that the reader has reached.
     *
     * @return {@code line 1 column 9 path $.name}, escaped and cut
     */
    public String place() {
        return place(json.getPath());
    }

    /**
     * Returns the path that the reader has reached.
     *
     * @return a path such as {@code $.name[3]}, as the text has it
     */
    public String path() {
        return json.getPath();
    }

    private JsonException problem(String expected, String found, @Nullable Throwable cause) {
        return new JsonException(place(), expected, found, null, cause);
    }

    /** An exception about the value that was just read. */
    private JsonException before(String expected, String found) {
        return new JsonException(place(json.getPreviousPath()), expected, found, null, null);
    }

    /** Gson has line and column only in its text. */
    private String place(String path) {
        String position =
                json.toString()
                        .replaceFirst("^\\w*JsonReader at ", "")
                        .replaceFirst("(?s) path .*", "");
        return Quoted.cut("%s path %s".formatted(position, path));
    }

    /** Gson refuses half a surrogate pair since 2.15; a program may have an older version. */
    private String wellFormed(String text) throws JsonException {
        if (Surrogates.firstUnpaired(text) >= 0) {
            throw problem("Unicode text", "an unpaired surrogate");
        }
        return text;
    }
}
