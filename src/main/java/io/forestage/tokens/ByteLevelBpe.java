package io.forestage.tokens;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A vocabulary and its merges, not yet a tokenizer: DJL makes of them BPE over characters, without
 * GPT-2's bytes and its splitting into words. Here they become the full tokenizer.json that GPT-2
 * has on the hub.
 */
final class ByteLevelBpe {

    private static final String END_OF_TEXT = "<|endoftext|>";

    private final String file;
    private final @Nullable String[] tokens;
    private final List<String> merges;

    /**
     * Keeps what it is given.
     *
     * @param file the file they come from, for errors
     * @param tokens the token of each id, null where an id has none
     * @param merges two tokens with a space between, first merge first
     */
    ByteLevelBpe(String file, @Nullable String[] tokens, List<String> merges) {
        this.file = file;
        this.tokens = tokens;
        this.merges = merges;
    }

    TokenizerJson toJson() {
        Utf8Writer json = new Utf8Writer(tokens.length * 32);
        List<AddedToken> added = List.of();
        try (JsonWriter out = new JsonWriter(json)) {
            out.beginObject();
            out.name("version").value("1.0");
            out.name("truncation").nullValue();
            out.name("padding").nullValue();
            out.name("normalizer").nullValue();
            writeByteLevel(out.name("pre_tokenizer"), false, true);
            writeByteLevel(out.name("post_processor"), true, false);
            writeByteLevel(out.name("decoder"), true, true);
            out.name("model").beginObject();
            out.name("type").value("BPE");
            out.name("vocab").beginObject();
            for (int id = 0; id < tokens.length; id++) {
                String token = tokens[id];
                if (token != null) {
                    out.name(token).value(id);
                    if (token.equals(END_OF_TEXT)) {
                        added = List.of(AddedToken.special(id, token));
                    }
                }
            }
            out.endObject();
            out.name("merges").beginArray();
            for (String merge : merges) {
                out.value(merge);
            }
            out.endArray();
            out.endObject();
            out.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TokenizerJson(
                file,
                json.bytes(1, json.size()),
                added,
                new VocabularyTable(tokens, added),
                new TokenizerKind(true, true, true));
    }

    List<String> merges() {
        return merges;
    }

    private static void writeByteLevel(JsonWriter out, boolean prefixSpace, boolean trimOffsets)
            throws IOException {
        out.beginObject();
        out.name("type").value("ByteLevel");
        out.name("add_prefix_space").value(prefixSpace);
        out.name("trim_offsets").value(trimOffsets);
        out.name("use_regex").value(true);
        out.endObject();
    }
}
