package io.forestage.tokens;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads a tokenizer.json in one pass: it copies what the native tokenizer needs, makes truncation,
 * padding and dropout null, and collects the vocabulary and the added tokens.
 */
final class TokenizerJsonReader {

    private final TokenizerFile file;
    private final JsonReader json;
    private final Utf8Writer copy = new Utf8Writer(1 << 21);
    private final JsonWriter out = new JsonWriter(copy);
    private final JsonCopier copier;
    private final VocabularyReader vocabulary;

    private List<AddedToken> added = List.of();
    private int vocabularyEnd = -1;

    private TokenizerJsonReader(TokenizerFile file, JsonReader json) {
        this.file = file;
        this.json = json;
        this.copier = new JsonCopier(file.name(), json, out);
        this.vocabulary = new VocabularyReader(file.name());
    }

    static TokenizerJson read(TokenizerFile file) throws TokenizerFileException {
        return file.json(json -> new TokenizerJsonReader(file, json).read());
    }

    private TokenizerJson read() throws IOException {
        copier.copyObject(
                name -> {
                    switch (name) {
                        case "added_tokens" ->
                                added = new AddedTokenReader(file.name(), json, vocabulary).read();
                        case "truncation", "padding" -> copier.copyAsNull(name);
                        case "model" -> copyModel();
                        default -> {
                            out.name(name);
                            copier.copyValue(true);
                        }
                    }
                });
        if (vocabularyEnd < 0 || vocabulary.ids().isEmpty()) {
            throw new TokenizerFileException(
                    file.name(),
                    "model.vocab",
                    "at least one token",
                    "none",
                    "fetch the tokenizer.json again");
        }
        AddedTokenNumbers numbers = new AddedTokenNumbers(file.name(), added, vocabulary);
        KindRules rules = new KindRules(copier.settings(), added);
        new NativeTraps(file.name(), copier.settings()).check(rules.isBpe());
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
        copier.expect(JsonToken.BEGIN_OBJECT, "the model as an object");
        out.name("model");
        copier.copyObject(
                name -> {
                    switch (name) {
                        case "vocab" -> copyVocabulary();
                        case "dropout" -> copier.copyAsNull(name);
                        case "merges" -> {
                            copier.settings().put("$.model.merges", "");
                            out.name(name);
                            copier.copyValue(false);
                        }
                        default -> {
                            out.name(name);
                            copier.copyValue(true);
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
        copier.expect(JsonToken.BEGIN_OBJECT, "the vocabulary as an object or an array");
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
            copier.expect(JsonToken.STRING, "a piece");
            String piece = json.nextString();
            vocabulary.add(piece, id, json);
            out.value(piece);
            while (json.hasNext()) {
                copier.copyValue(false);
            }
            json.endArray();
            out.endArray();
        }
        json.endArray();
        out.flush();
        vocabularyEnd = copy.size();
        out.endArray();
    }
}
