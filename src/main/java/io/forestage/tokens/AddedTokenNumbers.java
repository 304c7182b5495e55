package io.forestage.tokens;

import com.google.gson.stream.JsonWriter;
import io.forestage.support.Quoted;
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

    private final StrictJson json;
    private final List<AddedToken> added;
    private final VocabularyReader vocabulary;

    AddedTokenNumbers(StrictJson json, List<AddedToken> added, VocabularyReader vocabulary) {
        this.json = json;
        this.added = added;
        this.vocabulary = vocabulary;
    }

    /**
     * Adds the tokens to the vocabulary.
     *
     * @return what to insert at the end of the model's vocabulary, so that ids stay as they are
     *     when special tokens are left away from before other added tokens; mostly empty
     */
    String check() throws IOException {
        List<AddedToken> outside = new ArrayList<>();
        int modelSize = vocabulary.ids().size();
        int highest = -1;
        for (AddedToken token : added) {
            Integer known = vocabulary.ids().get(token.content());
            int given = known != null ? known : Math.max(modelSize, highest + 1);
            if (given != token.id()) {
                throw refused(token, given);
            }
            highest = Math.max(highest, given);
            if (known == null) {
                vocabulary.add(token.content(), token.id(), json.reader());
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

    private TokenizerFileException refused(AddedToken token, int given) {
        return new TokenizerFileException(
                json.file(),
                "added token " + Quoted.of(token.content()),
                "id " + given + ", which the tokenizers library gives it",
                "id " + token.id(),
                "number the added tokens on from the vocabulary without holes");
    }
}
