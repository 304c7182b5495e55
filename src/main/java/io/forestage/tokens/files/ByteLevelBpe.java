package io.forestage.tokens.files;

import io.forestage.tokens.bpe.AddedToken;
import io.forestage.tokens.bpe.ByteLevelModel;
import io.forestage.tokens.bpe.Vocabulary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A vocabulary and its merges, which {@link #toJson} turns into the full tokenizer.json that GPT-2
 * has on the hub. DJL would read the two files as BPE over characters, without GPT-2's bytes and
 * its splitting into words. The JSON is written without a library, because it is most of a
 * program's start time: a token is escaped once, in the vocabulary, and the merges copy it from
 * there.
 *
 * @param file the file's name in errors
 * @param tokens the token of each id, or null where an id has none
 * @param merges pairs of ids, in the order of their ranks
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ByteLevelBpe(String file, @Nullable String[] tokens, ByteLevelModel.Merges merges) {

    /** The kind of every such tokenizer. */
    public static final TokenizerKind KIND = new TokenizerKind(true, true, true);

    /** The maximum number of tokens in the initial size of the JSON. */
    private static final int MAX_INITIAL_TOKENS = 1 << 16;

    private static final String END_OF_TEXT = "<|endoftext|>";

    private static final String BEFORE_VOCABULARY =
            """
            "version":"1.0","truncation":null,"padding":null,"normalizer":null,\
            "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,\
            "use_regex":true},\
            "model":{"type":"BPE","vocab":{\
            """;

    private static final String BEFORE_MERGES = "},\"merges\":[";

    private static final String AFTER_MERGES = "]}}";

    /** Returns the tokenizer.json. */
    public TokenizerJson toJson() {
        Utf8Writer json = new Utf8Writer(1024 + Math.min(tokens.length, MAX_INITIAL_TOKENS) * 32);
        json.write(BEFORE_VOCABULARY);
        int[] starts = new int[tokens.length];
        int[] ends = new int[tokens.length];
        String comma = "";
        for (int id = 0; id < tokens.length; id++) {
            String token = tokens[id];
            if (token == null) {
                continue;
            }
            json.write(comma);
            json.write('"');
            starts[id] = json.size();
            json.writeEscaped(token);
            ends[id] = json.size();
            json.write("\":");
            json.write(Integer.toString(id));
            comma = ",";
        }
        json.write(BEFORE_MERGES);
        for (int i = 0; i < merges.size(); i++) {
            int left = merges.left(i);
            int right = merges.right(i);
            json.write(i == 0 ? "\"" : ",\"");
            json.repeat(starts[left], ends[left]);
            json.write(' ');
            json.repeat(starts[right], ends[right]);
            json.write('"');
        }
        json.write(AFTER_MERGES);
        List<AddedToken> added = added();
        Vocabulary vocabulary = vocabulary();
        return new TokenizerJson(
                file,
                json.bytes(0, json.size()),
                added,
                vocabulary,
                KIND,
                ByteLevelModel.of(vocabulary, merges, added));
    }

    /** Returns the vocabulary. */
    public Vocabulary vocabulary() {
        return new Vocabulary(tokens, added());
    }

    /** Returns the end-of-text token, if the vocabulary has it. */
    public List<AddedToken> added() {
        for (int id = tokens.length - 1; id >= 0; id--) {
            if (END_OF_TEXT.equals(tokens[id])) {
                return List.of(AddedToken.special(id, END_OF_TEXT));
            }
        }
        return List.of();
    }
}
