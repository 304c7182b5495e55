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
 * A tokenizer.json that is safe for the native library: without truncation, padding and dropout,
 * and optionally without its special tokens.
 *
 * @param file the file's name in errors
 * @param members the JSON object without {@code added_tokens}, from its first name to its closing
 *     brace, in UTF-8
 * @param added the added tokens
 * @param vocabulary the tokens, including the added ones
 * @param kind the tokenizer's kind
 * @param model the model for encoding in Java, or null if only the native library can encode
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record TokenizerJson(
        String file,
        byte[] members,
        List<AddedToken> added,
        Vocabulary vocabulary,
        TokenizerKind kind,
        @Nullable ByteLevelModel model) {

    /** Returns the JSON, with or without the special tokens in {@code added_tokens}. */
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

    /** Returns whether there are special tokens, so that the two JSONs differ. */
    public boolean hasSpecialTokens() {
        return added.stream().anyMatch(AddedToken::special);
    }
}
