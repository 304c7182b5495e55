package io.forestage.tokens;

import java.util.Map;

/**
 * Refuses settings at which the native library does not fail but ends the whole process. GPT-2's
 * kind of tokenizer has none of them.
 */
final class NativeTraps {

    private final String file;
    private final Map<String, String> settings;

    /**
     * Keeps what it is given.
     *
     * @param file the file, for errors
     * @param settings strings and booleans by their JSON path
     */
    NativeTraps(String file, Map<String, String> settings) {
        this.file = file;
        this.settings = settings;
    }

    void check(boolean bpe) throws TokenizerFileException {
        // It cuts the prefix off every merge's second half, wherever that ends.
        String prefix = settings.getOrDefault("$.model.continuing_subword_prefix", "");
        if (bpe && !prefix.isEmpty()) {
            throw refused(
                    "$.model.continuing_subword_prefix", "none in a BPE model", '"' + prefix + '"');
        }
        // It believes the bytes of SentencePiece's compiled table.
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            String path = setting.getKey();
            boolean precompiled =
                    path.endsWith(".precompiled_charsmap")
                            || (path.endsWith(".type") && setting.getValue().equals("Precompiled"));
            if (precompiled && path.startsWith("$.normalizer")) {
                throw refused(path, "a normalizer in words", "a precompiled one");
            }
        }
    }

    private TokenizerFileException refused(String where, String expected, String found) {
        return new TokenizerFileException(
                file,
                where,
                expected,
                found,
                "the native library can end the process over it; use a byte-level tokenizer.json");
    }
}
