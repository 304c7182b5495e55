package io.forestage.tokens;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Copies JSON from a reader to a writer and remembers the settings on the way. */
final class JsonCopier {

    private final String file;
    private final JsonReader json;
    private final JsonWriter out;
    private final Map<String, String> settings = new HashMap<>();

    JsonCopier(String file, JsonReader json, JsonWriter out) {
        this.file = file;
        this.json = json;
        this.out = out;
    }

    /** What to do with a member; the reader stands before its value. */
    interface Member {
        void copy(String name) throws IOException;
    }

    /** The strings and booleans copied as settings so far, by their JSON path. */
    Map<String, String> settings() {
        return settings;
    }

    /** Copies an object's braces and leaves its members to the caller; none may be there twice. */
    void copyObject(Member member) throws IOException {
        Set<String> names = new HashSet<>();
        json.beginObject();
        out.beginObject();
        while (json.hasNext()) {
            String name = checked(json.nextName());
            if (!names.add(name)) {
                throw refused("each name once", name + " again");
            }
            member.copy(name);
        }
        json.endObject();
        out.endObject();
    }

    /** Copies any value; the depth is bounded, because gson refuses JSON nested past 255. */
    void copyValue(boolean isSetting) throws IOException {
        switch (json.peek()) {
            case BEGIN_OBJECT ->
                    copyObject(
                            name -> {
                                out.name(name);
                                copyValue(isSetting);
                            });
            case BEGIN_ARRAY -> {
                json.beginArray();
                out.beginArray();
                while (json.hasNext()) {
                    copyValue(isSetting);
                }
                json.endArray();
                out.endArray();
            }
            case STRING -> out.value(remember(isSetting, checked(json.nextString())));
            case NUMBER -> out.jsonValue(json.nextString());
            case BOOLEAN -> {
                boolean value = json.nextBoolean();
                remember(isSetting, Boolean.toString(value));
                out.value(value);
            }
            default -> {
                json.nextNull();
                out.nullValue();
            }
        }
    }

    /** Passes a member over and writes null in its place. */
    void copyAsNull(String name) throws IOException {
        json.skipValue();
        out.name(name).nullValue();
    }

    void expect(JsonToken token, String expected) throws IOException {
        if (json.peek() != token) {
            throw refused(expected, json.peek().toString());
        }
    }

    private String checked(String text) throws TokenizerFileException {
        if (TextCheck.loneSurrogate(text) >= 0) {
            throw refused("whole characters", "half a surrogate pair");
        }
        return text;
    }

    private String remember(boolean isSetting, String value) {
        if (isSetting) {
            settings.put(json.getPreviousPath(), value);
        }
        return value;
    }

    private TokenizerFileException refused(String expected, String found) {
        return new TokenizerFileException(
                file,
                VocabularyReader.place(json),
                expected,
                found,
                "fetch the tokenizer.json again");
    }
}
