package io.forestage.tokens.files;

import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.forestage.support.Quoted;
import io.forestage.support.StrictJson;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.AddedToken;
import io.forestage.tokens.bpe.ByteLevelModel;
import io.forestage.tokens.bpe.Vocabulary;
import io.forestage.tokens.bpe.WholeTokens;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the model of a tokenizer.json and writes it for the native tokenizer: the vocabulary, the
 * merges and the allowed settings. It leaves out everything else, dropout too.
 */
final class BpeModelReader {

    private final TokenizerFile file;
    private final StrictJson json;
    private final JsonWriter out;
    private final Utf8Writer copy;
    private final VocabularyReader vocabulary;
    private final Settings settings;

    private int vocabularyEnd = -1;
    private boolean hasMerges;
    private @Nullable MergeCollector merges;

    /**
     * Makes a reader.
     *
     * @param file the file
     * @param json its text
     * @param out receives the model
     * @param copy the bytes that {@code out} writes to
     */
    BpeModelReader(TokenizerFile file, StrictJson json, JsonWriter out, Utf8Writer copy) {
        this.file = file;
        this.json = json;
        this.out = out;
        this.copy = copy;
        this.vocabulary = new VocabularyReader(file);
        this.settings = new Settings(file, json);
    }

    VocabularyReader vocabulary() {
        return vocabulary;
    }

    /** Returns the index of the first byte after the vocabulary's last entry. */
    int vocabularyEnd() {
        return vocabularyEnd;
    }

    /** Returns the merges, or null if one of them is left to the native library. */
    ByteLevelModel.@Nullable Merges merges() {
        return merges == null ? null : merges.merges();
    }

    boolean hasUnknownToken() {
        return settings.hasUnknownToken();
    }

    void read() throws IOException {
        out.name("model").beginObject();
        out.name("type").value("BPE");
        json.object(
                "the model as an object",
                name -> {
                    switch (name) {
                        case "vocab" -> readVocabulary();
                        case "merges" -> readMerges();
                        default -> settings.read(name);
                    }
                });
        settings.check(hasMerges);
        checkVocabulary();
        settings.write(vocabulary.ids().keySet(), out);
        out.endObject();
    }

    /**
     * Throws for settings that change ids.
     *
     * @param everyByteHasAToken whether a text is bytes before BPE starts, and each has a token
     * @param table all tokens
     * @param added those that are searched for before BPE starts
     */
    void requireUnusedSettings(boolean everyByteHasAToken, Vocabulary table, List<AddedToken> added)
            throws TokenizerFileException {
        settings.requireUnused(everyByteHasAToken);
        if (settings.ignoresMerges()) {
            ByteLevelModel.Merges all = everyByteHasAToken ? merges() : null;
            String token = all == null ? "" : WholeTokens.firstUnmerged(table, all, added);
            if (token != null) {
                throw settings.notIgnored(token);
            }
        }
    }

    /** Throws if the model has no vocabulary, or the file no model. */
    void checkVocabulary() throws TokenizerFileException {
        if (vocabularyEnd < 0 || vocabulary.ids().isEmpty()) {
            throw new TokenizerFileException(
                    file.name(),
                    "model.vocab",
                    "at least one token",
                    "none",
                    "fetch the tokenizer.json again");
        }
    }

    private void readVocabulary() throws IOException {
        out.name("vocab").beginObject();
        vocabulary.readObject(json, (token, id) -> out.name(token).value(id));
        out.flush();
        vocabularyEnd = copy.size();
        out.endObject();
    }

    /** Reads merges {@code "a b"} or {@code ["a", "b"]}. */
    private void readMerges() throws IOException {
        hasMerges = true;
        // If the vocabulary comes after the merges, these are left to the library.
        MergeCollector collector = new MergeCollector(vocabulary.ids());
        merges = collector;
        out.name("merges").beginArray();
        json.array("the merges as an array", () -> readMerge(collector));
        out.endArray();
    }

    private void readMerge(MergeCollector collector) throws IOException {
        if (json.peek() != JsonToken.BEGIN_ARRAY) {
            String merge = json.string("a merge");
            out.value(merge);
            collector.add(merge);
            return;
        }
        json.beginArray("a merge");
        out.beginArray();
        String left = json.string("a merge's left token");
        String right = json.string("a merge's right token");
        out.value(left).value(right);
        collector.add(left, right);
        json.endArray();
        out.endArray();
    }

    /**
     * A model's settings: GPT-2's BPE, with or without an unknown token. Other settings may only
     * have the value that has no effect:
     *
     * <ul>
     *   <li>{@code continuing_subword_prefix} removes its own length from the second token of each
     *       merge, even in the middle of a character, which is a panic.
     *   <li>{@code end_of_word_suffix} is copied for every word, whatever its length.
     *   <li>{@code byte_fallback} leads to token offsets outside the text. It is for characters
     *       without a token, so it has no effect on bytes that all have one.
     *   <li>{@code ignore_merges} finds special tokens in texts where they must be plain text. For
     *       tokens that merges make it has no effect.
     * </ul>
     */
    static final class Settings {

        private static final String UNKNOWN = "unk_token";
        private static final String FUSE_UNKNOWN = "fuse_unk";
        private static final Set<String> EMPTY =
                Set.of("continuing_subword_prefix", "end_of_word_suffix");
        private static final String BYTE_FALLBACK = "byte_fallback";
        private static final String IGNORE_MERGES = "ignore_merges";
        private static final Set<String> FALSE = Set.of(BYTE_FALLBACK, IGNORE_MERGES);

        private final TokenizerFile file;
        private final StrictJson json;
        private final Map<String, String> texts = new HashMap<>();
        private final Map<String, Boolean> flags = new HashMap<>();
        private boolean hasUnknownToken;

        Settings(TokenizerFile file, StrictJson json) {
            this.file = file;
            this.json = json;
        }

        /** Returns whether the model's vocabulary, without added tokens, has the unknown token. */
        boolean hasUnknownToken() {
            return hasUnknownToken;
        }

        /** Reads a setting; unknown ones are skipped and do not reach the library. */
        void read(String name) throws IOException {
            if (name.equals("type")) {
                String type = json.string("a type");
                checkType(type);
                texts.put(name, type);
            } else if (name.equals(UNKNOWN) || EMPTY.contains(name)) {
                if (!json.skipNull()) {
                    texts.put(name, json.string("a string or null"));
                }
            } else if ((name.equals(FUSE_UNKNOWN) || FALSE.contains(name))) {
                if (!json.skipNull()) {
                    flags.put(name, json.bool("true, false or null"));
                }
            } else {
                json.skip();
            }
        }

        /**
         * Checks the settings; the type may be missing if there are merges, as in GPT-2's own file.
         */
        void check(boolean hasMerges) throws TokenizerFileException {
            if (!hasMerges) {
                checkType(texts.getOrDefault("type", "no type"));
            }
            for (String name : EMPTY) {
                String text = texts.getOrDefault(name, "");
                if (!text.isEmpty()) {
                    throw file.notAllowed(
                            "$.model." + name, "none in a BPE model", Quoted.of(text));
                }
            }
        }

        boolean ignoresMerges() {
            return flags.getOrDefault(IGNORE_MERGES, false);
        }

        /** Makes the error for a token that only {@code ignore_merges} finds; empty for any. */
        TokenizerFileException notIgnored(String token) {
            return file.notAllowed(
                    "$.model." + IGNORE_MERGES,
                    "false",
                    token.isEmpty()
                            ? "true"
                            : "true with %s, which merges do not make".formatted(Quoted.of(token)));
        }

        /**
         * Throws for a fallback that a text may need; where every byte has a token none is needed.
         */
        void requireUnused(boolean everyByteHasAToken) throws TokenizerFileException {
            if (everyByteHasAToken) {
                return;
            }
            if (flags.getOrDefault(BYTE_FALLBACK, false)) {
                throw file.notAllowed("$.model." + BYTE_FALLBACK, "false", "true");
            }
            String unknown = texts.get(UNKNOWN);
            if (unknown != null && !hasUnknownToken) {
                throw file.notAllowed(
                        "$.model." + UNKNOWN, "a token of the vocabulary", Quoted.of(unknown));
            }
        }

        /** Writes the settings; an unknown token outside the vocabulary is left out. */
        void write(Set<String> vocabulary, JsonWriter out) throws IOException {
            String unknown = texts.get(UNKNOWN);
            hasUnknownToken = unknown != null && vocabulary.contains(unknown);
            out.name(UNKNOWN).value(hasUnknownToken ? unknown : null);
            out.name(FUSE_UNKNOWN).value(flags.getOrDefault(FUSE_UNKNOWN, false));
        }

        private void checkType(String type) throws TokenizerFileException {
            if (!type.equals("BPE")) {
                throw file.notAllowed("$.model.type", "BPE", Quoted.cut(type));
            }
        }
    }

    /**
     * Looks up merges in the vocabulary while they are read. If the native library would refuse a
     * merge, or might read it differently, all merges are left to it.
     */
    private static final class MergeCollector {

        private final Map<String, Integer> ids;
        private final ByteLevelModel.Merges merges = new ByteLevelModel.Merges(1 << 16);
        private boolean complete = true;

        MergeCollector(Map<String, Integer> ids) {
            this.ids = ids;
        }

        /** Returns all merges, or null if one of them is left to the library. */
        ByteLevelModel.@Nullable Merges merges() {
            return complete ? merges : null;
        }

        /** Adds a merge: two tokens with a space between. */
        void add(String merge) {
            int space = merge.indexOf(' ');
            if (space < 0) {
                complete = false;
            } else {
                add(merge.substring(0, space), merge.substring(space + 1));
            }
        }

        void add(String left, String right) {
            Integer leftId = ids.get(left);
            Integer rightId = ids.get(right);
            Integer result = ids.get(left.concat(right));
            if (leftId == null || rightId == null || result == null || right.indexOf(' ') >= 0) {
                complete = false;
            } else if (complete) {
                merges.add(leftId, rightId, result);
            }
        }
    }
}
