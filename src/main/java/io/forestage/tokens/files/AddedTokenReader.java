package io.forestage.tokens.files;

import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.forestage.support.Quoted;
import io.forestage.support.StrictJson;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.AddedToken;
import java.io.IOException;
import java.io.StringWriter;
import java.text.Normalizer;
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
        Rules rules = new Rules(file, json);
        json.array(
                "the added tokens as an array",
                () -> {
                    AddedToken token = readToken();
                    rules.add(token);
                    tokens.add(token);
                });
        rules.checkTogether(tokens);
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
     * The added tokens that are safe for the native library. It needs minutes for very many, as its
     * search is quadratic, and much memory for very long ones. It numbers empty tokens differently.
     * No token may occur twice. If a token strips white space, no token may start or end with white
     * space: the two would overlap, which is a panic there.
     */
    private static final class Rules {

        /** Gemma 3 has 6415, the most of all published tokenizers that we know. */
        private static final int MAX_TOKENS = 10_000;

        private static final int MAX_LENGTH = 256;

        private final TokenizerFile file;
        private final StrictJson json;
        private final Set<String> contents = new HashSet<>();

        Rules(TokenizerFile file, StrictJson json) {
            this.file = file;
            this.json = json;
        }

        /** Checks a new token. */
        void add(AddedToken token) throws IOException {
            String content = token.content();
            if (content.isEmpty() || content.length() > MAX_LENGTH) {
                throw refused(
                        "an added token of 1 to %d characters".formatted(MAX_LENGTH),
                        "%d characters".formatted(content.length()));
            }
            if (!contents.add(content)) {
                throw json.problem("each added token once", Quoted.of(content) + " again");
            }
            if (contents.size() > MAX_TOKENS) {
                throw refused("at most %d added tokens".formatted(MAX_TOKENS), "more");
            }
        }

        /** Checks the rule that concerns all tokens together. */
        void checkTogether(List<AddedToken> tokens) throws TokenizerFileException {
            if (tokens.stream().noneMatch(AddedToken::stripsSpace)) {
                return;
            }
            for (AddedToken token : tokens) {
                if (hasSpaceAtAnEnd(token.content())) {
                    throw refused(
                            "added tokens that neither start nor end with white space, because"
                                    + " another one has lstrip or rstrip",
                            Quoted.of(token.content()));
                }
            }
        }

        /** Normalizes first, as the file's normalizer may: ´ becomes a space and an accent. */
        private static boolean hasSpaceAtAnEnd(String content) {
            String text = Normalizer.normalize(content, Normalizer.Form.NFKD);
            return isSpace(text.codePointAt(0)) || isSpace(text.codePointBefore(text.length()));
        }

        /**
         * Returns whether a code point is White_Space in Unicode, for which Java needs three tests.
         */
        private static boolean isSpace(int c) {
            return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
        }

        private TokenizerFileException refused(String expected, String found) {
            return file.notAllowed(json.place(), expected, found);
        }
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
