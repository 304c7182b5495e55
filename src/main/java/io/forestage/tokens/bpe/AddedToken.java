package io.forestage.tokens.bpe;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;

/**
 * An entry of a tokenizer.json's {@code added_tokens}: a token that is searched for before all
 * others.
 */
public record AddedToken(
        int id,
        String content,
        boolean special,
        boolean singleWord,
        boolean lstrip,
        boolean rstrip,
        boolean normalized) {

    public static AddedToken special(int id, String content) {
        return new AddedToken(id, content, true, false, false, false, true);
    }

    /** Whether the token swallows the white space beside it, which is then in no token. */
    public boolean swallowsSpace() {
        return lstrip || rstrip;
    }

    /** Whether the token is found wherever its spelling is, and is nothing but that. */
    boolean isPlain() {
        return !singleWord && !swallowsSpace();
    }

    public void write(JsonWriter out) throws IOException {
        out.beginObject();
        out.name("id").value(id);
        out.name("content").value(content);
        out.name("single_word").value(singleWord);
        out.name("lstrip").value(lstrip);
        out.name("rstrip").value(rstrip);
        out.name("normalized").value(normalized);
        out.name("special").value(special);
        out.endObject();
    }
}
