package io.forestage.tokens.files;

import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.AddedToken;
import io.forestage.tokens.bpe.ByteLevelModel;
import io.forestage.tokens.bpe.Vocabulary;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * @param added the tokens that are searched for before BPE starts
 * @param prefixSpace whether a space is put before a text that starts with none
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ByteLevelBpe(
        String file,
        @Nullable String[] tokens,
        ByteLevelModel.Merges merges,
        List<AddedToken> added,
        boolean prefixSpace) {

    /** The maximum number of tokens in the initial size of the JSON. */
    private static final int MAX_INITIAL_TOKENS = 1 << 16;

    static final String END_OF_TEXT = "<|endoftext|>";

    /** {@code %s} is {@link #prefixSpace}. */
    private static final String BEFORE_VOCABULARY =
            """
            "version":"1.0","truncation":null,"padding":null,"normalizer":null,\
            "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":%s,"trim_offsets":true,\
            "use_regex":true},\
            "model":{"type":"BPE","vocab":{\
            """;

    private static final String BEFORE_MERGES = "},\"merges\":[";

    private static final String AFTER_MERGES = "]}}";

    /** Adds the tokens that the files beside the vocabulary declare, and its end of text. */
    static ByteLevelBpe of(
            TokenizerFile file,
            VocabularyReader vocabulary,
            ByteLevelModel.Merges merges,
            SideFiles settings)
            throws TokenizerFileException {
        Integer end = vocabulary.ids().get(END_OF_TEXT);
        List<AddedToken> usual =
                end == null || settings.contents().contains(END_OF_TEXT)
                        ? List.of()
                        : List.of(AddedToken.special(end, END_OF_TEXT));
        ByteLevelBpe alone =
                new ByteLevelBpe(file.name(), vocabulary.tokens(), merges, usual, false);
        return alone.with(settings.addTo(usual, vocabulary.ids(), file), settings);
    }

    /** Adds what the files in a folder without a vocabulary say. */
    ByteLevelBpe with(SideFiles settings, TokenizerFile folder) throws TokenizerFileException {
        if (settings.declared().isEmpty()) {
            return with(added, settings);
        }
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < tokens.length; id++) {
            String token = tokens[id];
            if (token != null) {
                ids.put(token, id);
            }
        }
        return with(settings.addTo(added, ids, folder), settings);
    }

    private ByteLevelBpe with(List<AddedToken> all, SideFiles settings) {
        @Nullable String[] extended = tokens;
        for (AddedToken token : all) {
            if (token.id() >= extended.length) {
                extended = Arrays.copyOf(extended, token.id() + 1);
            }
            extended[token.id()] = token.content();
        }
        return new ByteLevelBpe(file, extended, merges, all, settings.prefixSpaceOr(false));
    }

    /** Returns the tokenizer.json. */
    public TokenizerJson toJson() {
        Utf8Writer json = new Utf8Writer(1024 + Math.min(tokens.length, MAX_INITIAL_TOKENS) * 32);
        json.write(BEFORE_VOCABULARY.formatted(prefixSpace));
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
        Vocabulary vocabulary = vocabulary();
        return new TokenizerJson(
                file, json.bytes(0, json.size()), added, vocabulary, kind(), model(vocabulary));
    }

    /** Returns the kind; offsets cannot follow from the tokens if a space or white space moves. */
    public TokenizerKind kind() {
        boolean keepsText = !prefixSpace && added.stream().noneMatch(AddedToken::stripsSpace);
        return new TokenizerKind(keepsText, true, true);
    }

    /** Returns the model for encoding in Java, or null if only the native library can encode. */
    public @Nullable ByteLevelModel model(Vocabulary vocabulary) {
        return prefixSpace ? null : ByteLevelModel.of(vocabulary, merges, added);
    }

    /** Returns the vocabulary. */
    public Vocabulary vocabulary() {
        return new Vocabulary(tokens, added);
    }
}
