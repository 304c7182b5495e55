package io.forestage.tokens;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a tokenizer.json's {@code added_tokens}. */
final class AddedTokenReader {

    private final String file;
    private final JsonReader json;
    private final VocabularyReader ids;

    AddedTokenReader(String file, JsonReader json, VocabularyReader ids) {
        this.file = file;
        this.json = json;
        this.ids = ids;
    }

    List<AddedToken> read() throws IOException {
        List<AddedToken> tokens = new ArrayList<>();
        if (json.peek() == JsonToken.NULL) {
            json.nextNull();
            return tokens;
        }
        json.beginArray();
        while (json.hasNext()) {
            tokens.add(readToken());
        }
        json.endArray();
        return tokens;
    }

    private AddedToken readToken() throws IOException {
        String id = null;
        String content = null;
        Map<String, Boolean> flags = new HashMap<>();
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            JsonToken type = json.peek();
            if (name.equals("id") && type == JsonToken.NUMBER) {
                id = json.nextString();
            } else if (name.equals("content") && type == JsonToken.STRING) {
                content = json.nextString();
            } else if (type == JsonToken.BOOLEAN) {
                flags.put(name, json.nextBoolean());
            } else {
                json.skipValue();
            }
        }
        if (id == null || content == null) {
            throw new TokenizerFileException(
                    file,
                    VocabularyReader.place(json),
                    "an added token with a number \"id\" and a string \"content\"",
                    "id %s, content %s".formatted(id, content),
                    "fetch the tokenizer.json again");
        }
        json.endObject();
        boolean special = flags.getOrDefault("special", false);
        return new AddedToken(
                ids.parseId(content, id, json),
                content,
                special,
                flags.getOrDefault("single_word", false),
                flags.getOrDefault("lstrip", false),
                flags.getOrDefault("rstrip", false),
                flags.getOrDefault("normalized", !special));
    }
}
