package io.forestage.tokens;

import com.google.gson.Gson;
import io.forestage.tokens.bpe.Vocabulary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes tokenizer.json files of GPT-2's kind: the 256 bytes and the merges that a test needs. */
final class ByteVocabulary {

    private final Vocabulary.ByteLevelAlphabet alphabet = new Vocabulary.ByteLevelAlphabet();
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final List<List<String>> merges = new ArrayList<>();
    private final List<String> added = new ArrayList<>();

    ByteVocabulary() {
        for (int b = 0; b < 256; b++) {
            ids.put(spell(b), b);
        }
    }

    /**
     * A vocabulary in which each two bytes merge, those with a low first byte before others: if two
     * neighbours come to lie in one piece or in two, their ids tell.
     */
    static ByteVocabulary pairs() {
        ByteVocabulary vocabulary = new ByteVocabulary();
        for (int left = 0; left < 256; left++) {
            for (int right = 0; right < 256; right++) {
                vocabulary.merge(vocabulary.spell(left), vocabulary.spell(right));
            }
        }
        return vocabulary;
    }

    /** A vocabulary of random merges, in an order that no training would give them. */
    static ByteVocabulary random(long seed, String letters, int merges) {
        Random random = new Random(seed);
        ByteVocabulary vocabulary = new ByteVocabulary();
        List<String> tokens = new ArrayList<>();
        letters.chars().forEach(b -> tokens.add(vocabulary.spell(b)));
        while (vocabulary.merges.size() < merges) {
            String left = tokens.get(random.nextInt(tokens.size()));
            String right = tokens.get(random.nextInt(tokens.size()));
            if (left.length() + right.length() <= 12) {
                vocabulary.merge(left, right);
                tokens.add(left + right);
            }
        }
        Collections.shuffle(vocabulary.merges, random);
        return vocabulary;
    }

    String spell(int b) {
        return String.valueOf(alphabet.charOf(b));
    }

    ByteVocabulary merge(String left, String right) {
        merges.add(List.of(left, right));
        ids.putIfAbsent(left + right, ids.size());
        return this;
    }

    /** Adds a token outside the vocabulary; all merges have to be there. */
    ByteVocabulary add(String content, boolean special, boolean normalized) {
        String json =
                new Gson()
                        .toJson(
                                Map.of(
                                        "id",
                                        ids.size() + added.size(),
                                        "content",
                                        content,
                                        "special",
                                        special,
                                        "normalized",
                                        normalized));
        added.add(json);
        return this;
    }

    String json() {
        return """
        {"version": "1.0", "added_tokens": [%s], "normalizer": null,
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
         "decoder": {"type": "ByteLevel"},
         "model": {"type": "BPE", "vocab": %s, "merges": %s}}
        """
                .formatted(
                        String.join(",", added), new Gson().toJson(ids), new Gson().toJson(merges));
    }
}
