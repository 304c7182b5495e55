package io.forestage.tokens;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.forestage.support.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a tokenizer.json's {@code added_tokens}. */
final class AddedTokenReader {

    private final StrictJson json;
    private final JsonReader reader;
    private final VocabularyReader ids;

    AddedTokenReader(StrictJson json, VocabularyReader ids) {
        this.json = json;
        this.reader = json.reader();
        this.ids = ids;
    }

    List<AddedToken> read() throws IOException {
        List<AddedToken> tokens = new ArrayList<>();
        if (reader.peek() == JsonToken.NULL) {
            reader.nextNull();
            return tokens;
        }
        AddedTokenRules rules = new AddedTokenRules(json);
        reader.beginArray();
        while (reader.hasNext()) {
            AddedToken token = readToken();
            rules.add(token);
            tokens.add(token);
        }
        reader.endArray();
        rules.checkTogether(tokens);
        return tokens;
    }

    private AddedToken readToken() throws IOException {
        Map<String, String> texts = new HashMap<>();
        Map<String, Boolean> flags = new HashMap<>();
        json.expect(JsonToken.BEGIN_OBJECT, "an added token as an object");
        json.object(
                name -> {
                    JsonToken type = reader.peek();
                    if (name.equals("id") && type == JsonToken.NUMBER) {
                        texts.put(name, reader.nextString());
                    } else if (name.equals("content") && type == JsonToken.STRING) {
                        texts.put(name, json.string("a token"));
                    } else if (type == JsonToken.BOOLEAN) {
                        flags.put(name, reader.nextBoolean());
                    } else {
                        reader.skipValue();
                    }
                });
        String id = texts.get("id");
        String content = texts.get("content");
        if (id == null || content == null) {
            throw json.damaged(
                    "an added token with a number \"id\" and a string \"content\"",
                    "id %s, content %s"
                            .formatted(
                                    id == null ? "none" : Quoted.cut(id),
                                    content == null ? "none" : Quoted.of(content)));
        }
        boolean special = flags.getOrDefault("special", false);
        return new AddedToken(
                ids.parseId(content, id, reader),
                content,
                special,
                flags.getOrDefault("single_word", false),
                flags.getOrDefault("lstrip", false),
                flags.getOrDefault("rstrip", false),
                flags.getOrDefault("normalized", !special));
    }
}
