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

/** Reads a tokenizer.json strictly; errors have the position in the file. */
record StrictJson(TokenizerFile source, JsonReader reader) {

    /** Only a vocabulary has more names, and it has its own reader. */
    private static final int MAX_NAMES = 64;

    /** Reads the value of a member. */
    interface Member {
        void read(String name) throws IOException;
    }

    /** Returns the file's name. */
    String file() {
        return source.name();
    }

    /** Reads an object; throws if a name occurs twice. */
    void object(Member member) throws IOException {
        Set<String> names = new HashSet<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (!names.add(name)) {
                throw damaged("each name once", "%s again".formatted(Quoted.of(name)));
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
     * Reads a string; throws for a lone surrogate, which has no UTF-8 form. Gson throws too since
     * 2.15, but a program may have an older version.
     */
    String string(String expected) throws IOException {
        expect(JsonToken.STRING, expected);
        String text = reader.nextString();
        if (Utf16.loneSurrogate(text) >= 0) {
            throw damaged("whole characters", "a lone surrogate");
        }
        return text;
    }

    void expect(JsonToken token, String expected) throws IOException {
        if (reader.peek() != token) {
            throw damaged(expected, reader.peek().toString());
        }
    }

    /** Returns an error at the reader's position. */
    TokenizerFileException damaged(String expected, String found) {
        return new TokenizerFileException(
                file(),
                VocabularyReader.position(reader),
                expected,
                found,
                "fetch the tokenizer.json again");
    }

    /** Returns an error for a setting that may be valid but is not allowed. */
    TokenizerFileException notAllowed(String path, String expected, String found) {
        return new TokenizerFileException(
                file(),
                path,
                expected,
                found,
                "use a tokenizer.json of GPT-2's kind; other settings can make the native library"
                        + " end the process or run without end");
    }
}
