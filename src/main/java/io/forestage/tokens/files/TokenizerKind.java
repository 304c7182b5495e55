package io.forestage.tokens.files;

import io.forestage.tokens.bpe.AddedToken;
import io.forestage.tokens.bpe.Vocabulary;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The properties of a tokenizer on which offsets and decoding depend.
 *
 * @param keepsText whether the tokens' bytes, one after the other, are the text's bytes, as with
 *     GPT-2; then offsets are computed from the vocabulary
 * @param spellsBytes whether tokens are decoded to the bytes that they spell; otherwise to words
 *     with spaces between them
 * @param mayDrop whether the tokenizer may drop characters
 */
public record TokenizerKind(boolean keepsText, boolean spellsBytes, boolean mayDrop) {

    /**
     * Derives a tokenizer's kind from its tokenizer.json.
     *
     * @param normalizers the normalizers
     * @param preTokenizers the pre-tokenizers
     * @param hasDecoder whether there is a byte-level decoder
     * @param hasUnknown whether there is a token for unknown characters
     * @param added the added tokens
     */
    record Rules(
            List<Component> normalizers,
            List<Component> preTokenizers,
            boolean hasDecoder,
            boolean hasUnknown,
            List<AddedToken> added) {

        /** The pre-tokenizers that keep white space. */
        private static final Set<Component.Kind> KEEP_SPACE =
                EnumSet.of(Component.Kind.BYTE_LEVEL, Component.Kind.DIGITS);

        /** Returns whether the only step before BPE is GPT-2's splitting into pieces. */
        boolean splitsLikeGpt2() {
            return normalizers.isEmpty()
                    && preTokenizers.size() == 1
                    && preTokenizers.get(0).kind() == Component.Kind.BYTE_LEVEL
                    && preTokenizers.get(0).is("use_regex")
                    && !preTokenizers.get(0).is("add_prefix_space");
        }

        TokenizerKind kind(Vocabulary table) {
            Set<Component.Kind> kinds =
                    preTokenizers.stream().map(Component::kind).collect(Collectors.toSet());
            boolean byteLevel = kinds.contains(Component.Kind.BYTE_LEVEL);
            boolean everyByte = table.hasEveryByte();
            boolean keepsText =
                    byteLevel
                            && KEEP_SPACE.containsAll(kinds)
                            && preTokenizers.stream().noneMatch(c -> c.is("add_prefix_space"))
                            && normalizers.isEmpty()
                            && added.stream().noneMatch(AddedToken::stripsSpace)
                            && (everyByte || !hasUnknown);
            boolean mayDrop = !hasUnknown && !(byteLevel && everyByte);
            return new TokenizerKind(keepsText, hasDecoder, mayDrop);
        }
    }
}
