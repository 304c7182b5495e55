package io.forestage.tokens.files;

import io.forestage.tokens.bpe.AddedToken;
import io.forestage.tokens.bpe.Vocabulary;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What kind of tokenizer a tokenizer.json describes, as far as places and decoding depend on it.
 *
 * @param keepsText whether the tokens' bytes, one after the other, are the text's, as with GPT-2:
 *     places then follow from the vocabulary alone
 * @param spellsBytes whether tokens are decoded to the bytes that they spell, and not to words with
 *     spaces between
 * @param mayDrop whether a character may be in no token
 */
public record TokenizerKind(boolean keepsText, boolean spellsBytes, boolean mayDrop) {

    /**
     * Derives a tokenizer's kind from its tokenizer.json.
     *
     * @param normalizers its normalizers
     * @param preTokenizers its pre-tokenizers
     * @param hasDecoder whether it decodes bytes
     * @param hasUnknown whether unknown characters have a token
     * @param added its added tokens
     */
    record Rules(
            List<Component> normalizers,
            List<Component> preTokenizers,
            boolean hasDecoder,
            boolean hasUnknown,
            List<AddedToken> added) {

        /** Those that drop no white space. */
        private static final Set<Component.Kind> KEEPING =
                EnumSet.of(Component.Kind.BYTE_LEVEL, Component.Kind.DIGITS);

        /**
         * Whether texts are cut into pieces as GPT-2 cuts them, and nothing else is done to them.
         */
        boolean cutsLikeGpt2() {
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
                            && KEEPING.containsAll(kinds)
                            && preTokenizers.stream().noneMatch(c -> c.is("add_prefix_space"))
                            && normalizers.isEmpty()
                            && added.stream().noneMatch(AddedToken::swallowsSpace)
                            && (everyByte || !hasUnknown);
            boolean mayDrop = !hasUnknown && !(byteLevel && everyByte);
            return new TokenizerKind(keepsText, hasDecoder, mayDrop);
        }
    }
}
