package io.forestage.tokens;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tokenizer.json's model and writes it for the native tokenizer: the vocabulary, the merges
 * and the settings that are let through. Anything else in it is left out, dropout too.
 */
final class BpeModelReader {

    private final StrictJson json;
    private final JsonReader reader;
    private final JsonWriter out;
    private final Utf8Writer copy;
    private final VocabularyReader vocabulary;
    private final BpeSettings settings;

    private int vocabularyEnd = -1;
    private boolean hasMerges;
    private @Nullable MergeCollector merges;

    /**
     * Keeps what it is given.
     *
     * @param json the file
     * @param out where the model is written
     * @param copy the bytes behind that
     */
    BpeModelReader(StrictJson json, JsonWriter out, Utf8Writer copy) {
        this.json = json;
        this.reader = json.reader();
        this.out = out;
        this.copy = copy;
        this.vocabulary = new VocabularyReader(json.source());
        this.settings = new BpeSettings(json);
    }

    VocabularyReader vocabulary() {
        return vocabulary;
    }

    /** The first byte after the vocabulary's last entry. */
    int vocabularyEnd() {
        return vocabularyEnd;
    }

    /** The merges, or null if there is one that only the library can judge. */
    @Nullable BpeMerges merges() {
        return merges == null ? null : merges.merges();
    }

    boolean hasUnknownToken() {
        return settings.unknownToken() != null;
    }

    void read() throws IOException {
        json.expect(JsonToken.BEGIN_OBJECT, "the model as an object");
        out.name("model").beginObject();
        out.name("type").value("BPE");
        json.object(
                name -> {
                    switch (name) {
                        case "vocab" -> readVocabulary();
                        case "merges" -> readMerges();
                        default -> settings.read(name);
                    }
                });
        settings.check(hasMerges);
        checkVocabulary();
        settings.write(vocabulary.ids().keySet(), out);
        out.endObject();
    }

    /** Refuses a model without a vocabulary, and a file without a model. */
    void checkVocabulary() throws TokenizerFileException {
        if (vocabularyEnd < 0 || vocabulary.ids().isEmpty()) {
            throw new TokenizerFileException(
                    json.file(),
                    "model.vocab",
                    "at least one token",
                    "none",
                    "fetch the tokenizer.json again");
        }
    }

    private void readVocabulary() throws IOException {
        json.expect(JsonToken.BEGIN_OBJECT, "the vocabulary as an object");
        out.name("vocab").beginObject();
        vocabulary.readObject(reader, (token, id) -> out.name(token).value(id));
        out.flush();
        vocabularyEnd = copy.size();
        out.endObject();
    }

    /** Merges are {@code "a b"} or {@code ["a", "b"]}; the library looks the tokens up. */
    private void readMerges() throws IOException {
        json.expect(JsonToken.BEGIN_ARRAY, "the merges as an array");
        hasMerges = true;
        // A vocabulary that comes after its merges is the library's to look up.
        MergeCollector collector = new MergeCollector(vocabulary.ids());
        merges = collector;
        reader.beginArray();
        out.name("merges").beginArray();
        while (reader.hasNext()) {
            if (reader.peek() != JsonToken.BEGIN_ARRAY) {
                String merge = json.string("a merge");
                out.value(merge);
                collector.add(merge);
                continue;
            }
            reader.beginArray();
            out.beginArray();
            String left = json.string("a merge's left token");
            String right = json.string("a merge's right token");
            out.value(left).value(right);
            collector.add(left, right);
            reader.endArray();
            out.endArray();
        }
        reader.endArray();
        out.endArray();
    }
}
