package io.forestage.tokens.files;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.forestage.support.Quoted;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.Utf16;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a tokenizer.json strictly, with errors that name the position in the file. */
record StrictJson(TokenizerFile source, JsonReader reader) {

    /** No object but a vocabulary has this many names. */
    private static final int MAX_NAMES = 64;

    /** What to do with a member; the reader stands before its value. */
    interface Member {
        void read(String name) throws IOException;
    }

    /** The file's name. */
    String file() {
        return source.name();
    }

    /** Reads an object, in which no name may be there twice. */
    void object(Member member) throws IOException {
        Set<String> names = new HashSet<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (!names.add(name)) {
                throw damaged("each name once", Quoted.of(name) + " again");
            }
            if (names.size() > MAX_NAMES) {
                throw damaged("at most %d names".formatted(MAX_NAMES), "more");
            }
            member.read(name);
        }
        reader.endObject();
    }

    /** Reads a string, or null. */
    @Nullable String stringOrNull(String expected) throws IOException {
        if (reader.peek() == JsonToken.NULL) {
            reader.nextNull();
            return null;
        }
        return string(expected);
    }

    /**
     * Reads a string without half a surrogate pair, which UTF-8 could not spell. Gson refuses it
     * since 2.15, but a program may have an older one.
     */
    String string(String expected) throws IOException {
        expect(JsonToken.STRING, expected);
        String text = reader.nextString();
        if (Utf16.loneSurrogate(text) >= 0) {
            throw damaged("whole characters", "half a surrogate pair");
        }
        return text;
    }

    void expect(JsonToken token, String expected) throws IOException {
        if (reader.peek() != token) {
            throw damaged(expected, reader.peek().toString());
        }
    }

    /** An error at the reader's position. */
    TokenizerFileException damaged(String expected, String found) {
        return new TokenizerFileException(
                file(),
                VocabularyReader.place(reader),
                expected,
                found,
                "fetch the tokenizer.json again");
    }

    /** An error for what may be valid but is not allowed. */
    TokenizerFileException notAllowed(String path, String expected, String found) {
        return new TokenizerFileException(
                file(),
                path,
                expected,
                found,
                "with other kinds the native library can end the process or run for ever; use"
                        + " a tokenizer.json of GPT-2's kind");
    }
}
