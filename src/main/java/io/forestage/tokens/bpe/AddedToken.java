package io.forestage.tokens.bpe;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;

/**
 * An entry of {@code added_tokens} in a tokenizer.json: a token that is searched for in a text
 * before BPE starts. The components have the names of the file.
 */
public record AddedToken(
        int id,
        String content,
        boolean special,
        boolean singleWord,
        boolean lstrip,
        boolean rstrip,
        boolean normalized) {

    /** Returns a special token without other settings. */
    public static AddedToken special(int id, String content) {
        return new AddedToken(id, content, true, false, false, false, true);
    }

    /** Returns the same token as a special one. */
    public AddedToken asSpecial() {
        return new AddedToken(id, content, true, singleWord, lstrip, rstrip, normalized);
    }

    /** Returns the same token with another id. */
    public AddedToken withId(int other) {
        return new AddedToken(other, content, special, singleWord, lstrip, rstrip, normalized);
    }

    /** Returns whether the token includes adjacent white space, which is then lost. */
    public boolean stripsSpace() {
        return lstrip || rstrip;
    }

    /** Returns whether every occurrence of the content, and nothing more, is the token. */
    boolean isPlain() {
        return !singleWord && !stripsSpace();
    }

    /** Writes the entry as JSON. */
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
