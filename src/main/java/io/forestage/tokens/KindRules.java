package io.forestage.tokens;

import java.util.List;
import java.util.Map;

/** Finds out a tokenizer's kind from the settings in its tokenizer.json. */
final class KindRules {

    private static final String BYTE_LEVEL = "ByteLevel";

    private final Map<String, String> settings;
    private final List<AddedToken> added;

    /**
     * Keeps what it is given.
     *
     * @param settings strings and booleans by their JSON path
     * @param added the added tokens
     */
    KindRules(Map<String, String> settings, List<AddedToken> added) {
        this.settings = settings;
        this.added = added;
    }

    /** Whether the model is BPE; GPT-2's own file does not say so, but has merges. */
    boolean isBpe() {
        String type = settings.get("$.model.type");
        return type == null ? settings.containsKey("$.model.merges") : type.equals("BPE");
    }

    TokenizerKind kind(VocabularyTable table) {
        boolean everyByte = table.hasEveryByte();
        boolean hasUnknown = settings.containsKey("$.model.unk_token");
        boolean spellsBytes =
                isBpe()
                        && usesByteLevel()
                        && BYTE_LEVEL.equals(settings.get("$.decoder.type"))
                        && isEmpty("$.model.continuing_subword_prefix")
                        && isEmpty("$.model.end_of_word_suffix")
                        && !isTrue("$.model.byte_fallback");
        boolean keepsText =
                spellsBytes
                        && BYTE_LEVEL.equals(settings.get("$.pre_tokenizer.type"))
                        && !isTrue("$.pre_tokenizer.add_prefix_space")
                        && !settings.containsKey("$.normalizer.type")
                        && added.stream().noneMatch(AddedToken::swallowsSpace)
                        && (everyByte || !hasUnknown);
        boolean mayDrop = isBpe() && !hasUnknown && !(spellsBytes && everyByte);
        return new TokenizerKind(keepsText, spellsBytes, mayDrop);
    }

    private boolean usesByteLevel() {
        return settings.entrySet().stream()
                .anyMatch(
                        setting ->
                                setting.getKey().startsWith("$.pre_tokenizer.")
                                        && setting.getKey().endsWith(".type")
                                        && setting.getValue().equals(BYTE_LEVEL));
    }

    private boolean isEmpty(String path) {
        return settings.getOrDefault(path, "").isEmpty();
    }

    private boolean isTrue(String path) {
        return "true".equals(settings.get(path));
    }
}
