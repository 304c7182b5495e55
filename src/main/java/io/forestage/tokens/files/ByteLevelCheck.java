package io.forestage.tokens.files;

import io.forestage.support.Quoted;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.ByteLevelModel;
import io.forestage.tokens.bpe.Vocabulary;
import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a vocab.json and a merges.txt of another kind than GPT-2's. A BPE over characters has the
 * same two files, and so has an export of SentencePiece; read as bytes they would silently give
 * wrong ids. In GPT-2's kind every unit that merges start from is the character of one byte. One
 * without the space is allowed: a text with a space is refused when it is encoded.
 */
final class ByteLevelCheck {

    private static final String REMEDY =
            "tokenize with the library that the files were made for, and give its ids";

    private final TokenizerFile vocab;
    private final TokenizerFile mergesFile;
    private final Vocabulary.ByteLevelAlphabet alphabet = new Vocabulary.ByteLevelAlphabet();
    private final @Nullable String[] tokens;
    private final Set<String> declared;
    private final BitSet merged = new BitSet();
    private final BitSet parts = new BitSet();

    /**
     * Prepares a check.
     *
     * @param vocab the file of tokens
     * @param mergesFile the file of merges
     * @param tokens the token of each id
     * @param merges the merges
     * @param declared tokens of the vocabulary that other files declare as added
     */
    ByteLevelCheck(
            TokenizerFile vocab,
            TokenizerFile mergesFile,
            @Nullable String[] tokens,
            ByteLevelModel.Merges merges,
            Set<String> declared) {
        this.vocab = vocab;
        this.mergesFile = mergesFile;
        this.tokens = tokens;
        this.declared = declared;
        for (int i = 0; i < merges.size(); i++) {
            parts.set(merges.left(i));
            parts.set(merges.right(i));
            merged.set(merges.result(i));
        }
    }

    /** Throws if the files are of another kind, or most merges are missing. */
    void check() throws TokenizerFileException {
        int unmerged = 0;
        for (int id = 0; id < tokens.length; id++) {
            String token = tokens[id];
            if (token == null || token.isEmpty() || declared.contains(token)) {
                continue;
            }
            if (token.codePointCount(0, token.length()) == 1) {
                requireByte(token);
            } else if (parts.get(id) && !merged.get(id)) {
                throw refused("%s, a unit that no merge makes".formatted(Quoted.of(token)));
            } else if (!merged.get(id) && !looksSpecial(token)) {
                unmerged++;
            }
        }
        if (unmerged > merged.cardinality()) {
            throw new TokenizerFileException(
                    mergesFile.name(),
                    "whole file",
                    "a merge for each token of more than one byte",
                    "merges for %d tokens and none for %d"
                            .formatted(merged.cardinality(), unmerged),
                    "fetch merges.txt again, from the same model as vocab.json");
        }
    }

    private void requireByte(String token) throws TokenizerFileException {
        if (token.length() > 1 || alphabet.byteOf(token.charAt(0)) < 0) {
            throw refused("%s, a character of no byte".formatted(Quoted.of(token)));
        }
    }

    /** Special tokens are in no merge: {@code <s>}, {@code [PAD]}. */
    private static boolean looksSpecial(String token) {
        return (token.startsWith("<") && token.endsWith(">"))
                || (token.startsWith("[") && token.endsWith("]"));
    }

    private TokenizerFileException refused(String found) {
        return new TokenizerFileException(
                vocab.name(),
                "tokens",
                "byte-level BPE of GPT-2's kind, which has a character for each byte",
                found,
                REMEDY);
    }
}
