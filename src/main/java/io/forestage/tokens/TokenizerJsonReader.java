package io.forestage.tokens;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a tokenizer.json in one pass: it copies what the native tokenizer needs, makes truncation,
 * padding and dropout null, and collects the vocabulary and the added tokens.
 */
final class TokenizerJsonReader {

    private final TokenizerFile file;
    private final JsonReader json;
    private final Utf8Writer copy = new Utf8Writer(1 << 21);
    private final JsonWriter out = new JsonWriter(copy);
    private final VocabularyReader vocabulary;

    /** Settings by their JSON path, except the vocabulary's and the merges'. */
    private final Map<String, String> settings = new HashMap<>();

    private List<AddedToken> added = List.of();
    private int vocabularyEnd = -1;

    private TokenizerJsonReader(TokenizerFile file, JsonReader json) {
        this.file = file;
        this.json = json;
        this.vocabulary = new VocabularyReader(file.name());
    }

    static TokenizerJson read(TokenizerFile file) throws TokenizerFileException {
        return file.json(json -> new TokenizerJsonReader(file, json).read());
    }

    private TokenizerJson read() throws IOException {
        copyObject(
                name -> {
                    switch (name) {
                        case "added_tokens" ->
                                added = new AddedTokenReader(file.name(), json, vocabulary).read();
                        case "truncation", "padding" -> writeNull(name);
                        case "model" -> copyModel();
                        default -> {
                            out.name(name);
                            copyValue(true);
                        }
                    }
                });
        if (vocabularyEnd < 0 || vocabulary.ids().isEmpty()) {
            throw refused("model.vocab", "at least one token", "none");
        }
        AddedTokenNumbers numbers = new AddedTokenNumbers(file.name(), added, vocabulary);
        KindRules rules = new KindRules(settings, added);
        new NativeTraps(file.name(), settings).check(rules.isBpe());
        String entries = numbers.check(json, rules.isBpe());
        VocabularyTable table = new VocabularyTable(vocabulary.tokens(), added);
        return new TokenizerJson(
                file.name(), insertAtVocabularyEnd(entries), added, table, rules.kind(table));
    }

    private byte[] insertAtVocabularyEnd(String entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(copy.size() + entries.length());
        bytes.writeBytes(copy.bytes(1, vocabularyEnd));
        bytes.writeBytes(entries.getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(copy.bytes(vocabularyEnd, copy.size()));
        return bytes.toByteArray();
    }

    private void copyModel() throws IOException {
        expect(JsonToken.BEGIN_OBJECT, "the model as an object");
        out.name("model");
        copyObject(
                name -> {
                    switch (name) {
                        case "vocab" -> copyVocabulary();
                        case "dropout" -> writeNull(name);
                        case "merges" -> {
                            settings.put("$.model.merges", "");
                            out.name(name);
                            copyValue(false);
                        }
                        default -> {
                            out.name(name);
                            copyValue(true);
                        }
                    }
                });
    }

    private void copyVocabulary() throws IOException {
        out.name("vocab");
        if (json.peek() == JsonToken.BEGIN_ARRAY) {
            copyPieces();
            return;
        }
        expect(JsonToken.BEGIN_OBJECT, "the vocabulary as an object or an array");
        out.beginObject();
        vocabulary.readObject(json, (token, id) -> out.name(token).value(id));
        out.flush();
        vocabularyEnd = copy.size();
        out.endObject();
    }

    /** Unigram's vocabulary: {@code [["piece", score], …]}, where the place is the id. */
    private void copyPieces() throws IOException {
        json.beginArray();
        out.beginArray();
        for (int id = 0; json.hasNext(); id++) {
            json.beginArray();
            out.beginArray();
            expect(JsonToken.STRING, "a piece");
            String piece = json.nextString();
            vocabulary.add(piece, id, json);
            out.value(piece);
            while (json.hasNext()) {
                copyValue(false);
            }
            json.endArray();
            out.endArray();
        }
        json.endArray();
        out.flush();
        vocabularyEnd = copy.size();
        out.endArray();
    }

    private interface Member {
        void copy(String name) throws IOException;
    }

    private void copyObject(Member member) throws IOException {
        Set<String> names = new HashSet<>();
        json.beginObject();
        out.beginObject();
        while (json.hasNext()) {
            String name = checked(json.nextName());
            if (!names.add(name)) {
                throw refused(VocabularyReader.place(json), "each name once", name + " again");
            }
            member.copy(name);
        }
        json.endObject();
        out.endObject();
    }

    /** Copies any value; the depth is bounded, because gson refuses JSON nested past 255. */
    private void copyValue(boolean isSetting) throws IOException {
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

    private String checked(String text) throws TokenizerFileException {
        if (TextCheck.loneSurrogate(text) >= 0) {
            throw refused(
                    VocabularyReader.place(json), "whole characters", "half a surrogate pair");
        }
        return text;
    }

    private String remember(boolean isSetting, String value) {
        if (isSetting) {
            settings.put(json.getPreviousPath(), value);
        }
        return value;
    }

    private void writeNull(String name) throws IOException {
        json.skipValue();
        out.name(name).nullValue();
    }

    private void expect(JsonToken token, String expected) throws IOException {
        if (json.peek() != token) {
            throw refused(VocabularyReader.place(json), expected, json.peek().toString());
        }
    }

    private TokenizerFileException refused(String where, String expected, String found) {
        return new TokenizerFileException(
                file.name(), where, expected, found, "fetch the tokenizer.json again");
    }
}
