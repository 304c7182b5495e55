package io.forestage.tokens;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds added tokens to the ids that the file gives them. The native tokenizer numbers those
 * outside the model's vocabulary anew, in order, whatever the file says; a file that says otherwise
 * would silently get other ids.
 */
final class AddedTokenNumbers {

    private final String file;
    private final List<AddedToken> added;
    private final VocabularyReader vocabulary;

    AddedTokenNumbers(String file, List<AddedToken> added, VocabularyReader vocabulary) {
        this.file = file;
        this.added = added;
        this.vocabulary = vocabulary;
    }

    /**
     * Adds the tokens to the vocabulary.
     *
     * @return what to insert at the end of the model's vocabulary, so that ids stay as they are
     *     when special tokens are left away from before other added tokens; mostly empty
     */
    String check(JsonReader json, boolean bpe) throws IOException {
        List<AddedToken> outside = new ArrayList<>();
        int modelSize = vocabulary.ids().size();
        int highest = -1;
        for (AddedToken token : added) {
            Integer known = vocabulary.ids().get(token.content());
            int given = known != null ? known : Math.max(modelSize, highest + 1);
            if (given != token.id()) {
                throw refused(token, "id " + given + ", which the tokenizers library gives it");
            }
            highest = Math.max(highest, given);
            if (known == null) {
                vocabulary.add(token.content(), token.id(), json);
                outside.add(token);
            }
        }
        boolean mixed =
                outside.stream().anyMatch(AddedToken::special)
                        && !outside.stream().allMatch(AddedToken::special);
        if (!mixed) {
            return "";
        }
        if (!bpe) {
            throw refused(outside.get(0), "a vocabulary that holds it, as other tokens follow");
        }
        return entries(outside);
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

    private TokenizerFileException refused(AddedToken token, String expected) {
        return new TokenizerFileException(
                file,
                "added token \"" + token.content() + '"',
                expected,
                "id " + token.id(),
                "number the added tokens on from the vocabulary without holes");
    }
}
