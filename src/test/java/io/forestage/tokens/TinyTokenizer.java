package io.forestage.tokens;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A vocabulary of a few letters, which knows some merges and lacks most bytes. */
final class TinyTokenizer {

    static final String VOCAB =
            """
            {"h": 0, "e": 1, "l": 2, "o": 3, "\u0120": 4, "he": 5, "ll": 6, "hell": 7, "hello": 8,
             "\u0120hello": 9, "<|endoftext|>": 10}
            """;
    static final String MERGES = "#version: 0.2\nh e\nl l\nhe ll\nhell o\n\u0120 hello\n";

    /** The same tokenizer as a tokenizer.json; {@code %s} is where added tokens go. */
    static final String JSON =
            """
            {"version": "1.0", "truncation": {"direction": "Right", "max_length": 2,
              "strategy": "LongestFirst", "stride": 0},
             "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": null,
              "pad_id": 0, "pad_type_id": 0, "pad_token": "h"},
             "added_tokens": [%s],
             "normalizer": null,
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false,
              "trim_offsets": true, "use_regex": true},
             "post_processor": null,
             "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true,
              "use_regex": true},
             "model": {"type": "BPE", "dropout": 0.5, "unk_token": null, "vocab":
              {"h": 0, "e": 1, "l": 2, "o": 3, "\u0120": 4, "he": 5, "ll": 6, "hell": 7, "hello": 8,
              "\u0120hello": 9}, "merges": ["h e", "l l", "he ll", "hell o", "\u0120 hello"]}}
            """;

    private TinyTokenizer() {}

    static TextTokenizer open(Path folder) throws IOException {
        return open(folder, VOCAB, MERGES);
    }

    static TextTokenizer open(Path folder, String vocab, String merges) throws IOException {
        Path vocabFile = Files.writeString(folder.resolve("vocab.json"), vocab);
        Path mergesFile = Files.writeString(folder.resolve("merges.txt"), merges);
        return TextTokenizer.fromVocabularyAndMerges(vocabFile, mergesFile);
    }

    static TextTokenizer openJson(Path folder, String json) throws IOException {
        return TextTokenizer.fromTokenizerJson(
                Files.writeString(folder.resolve("tokenizer.json"), json));
    }

    static String added(int id, String content, boolean special) {
        return """
        {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": %s}\
        """
                .formatted(id, content, special);
    }
}
