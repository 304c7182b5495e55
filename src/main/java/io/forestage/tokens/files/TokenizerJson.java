package io.forestage.tokens.files;

import com.google.gson.stream.JsonWriter;
import io.forestage.tokens.bpe.AddedToken;
import io.forestage.tokens.bpe.ByteLevelModel;
import io.forestage.tokens.bpe.Vocabulary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer.json made safe: without truncation, padding and dropout, and optionally without its
 * special tokens.
 *
 * @param file the file it comes from, for errors
 * @param members the JSON object without {@code added_tokens}, from its first name to its closing
 *     brace, in UTF-8
 * @param added its added tokens
 * @param vocabulary its tokens, added ones among them
 * @param kind what kind of tokenizer it is
 * @param model the model, if it can be encoded with in Java
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record TokenizerJson(
        String file,
        byte[] members,
        List<AddedToken> added,
        Vocabulary vocabulary,
        TokenizerKind kind,
        @Nullable ByteLevelModel model) {

    /** The JSON, with or without the special tokens among {@code added_tokens}. */
    public InputStream stream(boolean withSpecialTokens) {
        StringWriter head = new StringWriter();
        try (JsonWriter out = new JsonWriter(head)) {
            out.beginArray();
            for (AddedToken token : added) {
                if (withSpecialTokens || !token.special()) {
                    token.write(out);
                }
            }
            out.endArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] start = "{\"added_tokens\":%s,".formatted(head).getBytes(StandardCharsets.UTF_8);
        return new SequenceInputStream(
                new ByteArrayInputStream(start), new ByteArrayInputStream(members));
    }

    /** Whether some special token makes the two meanings differ. */
    public boolean hasSpecialTokens() {
        return added.stream().anyMatch(AddedToken::special);
    }
}
