package io.forestage.tokens.files;

import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.forestage.support.Quoted;
import io.forestage.support.StrictJson;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.AddedToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code added_tokens} of a tokenizer.json. */
final class AddedTokenReader {

    private final TokenizerFile file;
    private final StrictJson json;
    private final VocabularyReader ids;

    AddedTokenReader(TokenizerFile file, StrictJson json, VocabularyReader ids) {
        this.file = file;
        this.json = json;
        this.ids = ids;
    }

    List<AddedToken> read() throws IOException {
        List<AddedToken> tokens = new ArrayList<>();
        if (json.skipNull()) {
            return tokens;
        }
        Set<String> contents = new HashSet<>();
        json.array(
                "the added tokens as an array",
                () -> {
                    AddedToken token = readToken();
                    if (token.content().isEmpty()) {
                        return; // The library leaves it out too: it is nowhere in a text.
                    }
                    AddedTokenRules.requireLength(token, file, json.place());
                    if (!contents.add(token.content())) {
                        throw json.problem(
                                "each added token once", Quoted.of(token.content()) + " again");
                    }
                    AddedTokenRules.requireCount(contents.size(), file, json.place());
                    tokens.add(token);
                });
        AddedTokenRules.requireTogether(tokens, file, json.place());
        return tokens;
    }

    private AddedToken readToken() throws IOException {
        Map<String, String> texts = new HashMap<>();
        Map<String, Boolean> flags = new HashMap<>();
        json.object(
                "an added token as an object",
                name -> {
                    JsonToken type = json.peek();
                    if (name.equals("id") && type == JsonToken.NUMBER) {
                        texts.put(name, json.number("an id"));
                    } else if (name.equals("content") && type == JsonToken.STRING) {
                        texts.put(name, json.string("a token"));
                    } else if (type == JsonToken.BOOLEAN) {
                        flags.put(name, json.bool("true or false"));
                    } else {
                        json.skip();
                    }
                });
        String id = texts.get("id");
        String content = texts.get("content");
        if (id == null || content == null) {
            throw json.problem(
                    "an added token with a number \"id\" and a string \"content\"",
                    "id %s, content %s"
                            .formatted(
                                    id == null ? "none" : Quoted.cut(id),
                                    content == null ? "none" : Quoted.of(content)));
        }
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

    /**
     * Checks the ids of added tokens. For tokens outside the model's vocabulary the native
     * tokenizer ignores the file's ids and numbers the tokens in order; a file with other ids would
     * silently get wrong ids.
     */
    static final class Numbering {

        private final TokenizerFile file;
        private final StrictJson json;
        private final List<AddedToken> added;
        private final VocabularyReader vocabulary;

        Numbering(
                TokenizerFile file,
                StrictJson json,
                List<AddedToken> added,
                VocabularyReader vocabulary) {
            this.file = file;
            this.json = json;
            this.added = added;
            this.vocabulary = vocabulary;
        }

        /**
         * Checks the ids and adds the tokens to the vocabulary.
         *
         * @return entries to insert at the end of the model's vocabulary, usually none; with them
         *     the other added tokens keep their ids when special tokens are left out
         */
        String check() throws IOException {
            List<AddedToken> outside = new ArrayList<>();
            int modelSize = vocabulary.ids().size();
            int highest = -1;
            for (AddedToken token : added) {
                Integer known = vocabulary.ids().get(token.content());
                int assigned = known != null ? known : Math.max(modelSize, highest + 1);
                if (assigned != token.id()) {
                    throw refused(token, assigned);
                }
                highest = Math.max(highest, assigned);
                if (known == null) {
                    vocabulary.add(token.content(), token.id(), json);
                    outside.add(token);
                }
            }
            boolean shifts =
                    added.stream().anyMatch(AddedToken::special)
                            && !outside.stream().allMatch(AddedToken::special);
            return shifts ? entries(outside) : "";
        }

        private static String entries(List<AddedToken> tokens) throws IOException {
            StringWriter object = new StringWriter();
            try (JsonWriter out = new JsonWriter(object)) {
                out.beginObject();
                for (AddedToken token : tokens) {
                    out.name(token.content()).value(token.id());
                }
                out.endObject();
            }
            return ',' + object.getBuffer().substring(1, object.getBuffer().length() - 1);
        }

        private TokenizerFileException refused(AddedToken token, int assigned) {
            return new TokenizerFileException(
                    file.name(),
                    "added token %s".formatted(Quoted.of(token.content())),
                    "id %d, which the tokenizers library assigns".formatted(assigned),
                    "id %d".formatted(token.id()),
                    "number the added tokens from the end of the vocabulary, without gaps");
        }
    }
}
