package io.forestage.tokens.files;

import io.forestage.support.Quoted;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.AddedToken;
import java.text.Normalizer;
import java.util.List;

/**
 * The added tokens that are safe for the native library. It needs minutes for very many, as its
 * search is quadratic, and much memory for very long ones. It numbers empty tokens differently. If
 * a token strips white space, no token may start or end with white space: the two would overlap,
 * which is a panic there.
 */
final class AddedTokenRules {

    /** Gemma 3 has 6415, the most of all published tokenizers that we know. */
    private static final int MAX_TOKENS = 10_000;

    private static final int MAX_LENGTH = 256;

    private static final String PLACE = "added tokens";

    private AddedTokenRules() {}

    /** Checks all added tokens of a tokenizer. */
    static void require(List<AddedToken> tokens, TokenizerFile file) throws TokenizerFileException {
        for (AddedToken token : tokens) {
            requireLength(token, file, PLACE);
        }
        requireCount(tokens.size(), file, PLACE);
        requireTogether(tokens, file, PLACE);
    }

    /** Checks one token by itself. */
    static void requireLength(AddedToken token, TokenizerFile file, String place)
            throws TokenizerFileException {
        int length = token.content().length();
        if (length == 0 || length > MAX_LENGTH) {
            throw file.notAllowed(
                    place,
                    "an added token of 1 to %d characters".formatted(MAX_LENGTH),
                    "%d characters".formatted(length));
        }
    }

    /** Checks the number of tokens. */
    static void requireCount(int count, TokenizerFile file, String place)
            throws TokenizerFileException {
        if (count > MAX_TOKENS) {
            throw file.notAllowed(place, "at most %d added tokens".formatted(MAX_TOKENS), "more");
        }
    }

    /** Checks the rule that concerns all tokens together. */
    static void requireTogether(List<AddedToken> tokens, TokenizerFile file, String place)
            throws TokenizerFileException {
        if (tokens.stream().noneMatch(AddedToken::stripsSpace)) {
            return;
        }
        for (AddedToken token : tokens) {
            if (hasSpaceAtAnEnd(token.content())) {
                throw file.notAllowed(
                        place,
                        "added tokens that neither start nor end with white space, because"
                                + " another one has lstrip or rstrip",
                        Quoted.of(token.content()));
            }
        }
    }

    /** Normalizes first, as the file's normalizer may: ´ becomes a space and an accent. */
    private static boolean hasSpaceAtAnEnd(String content) {
        String text = Normalizer.normalize(content, Normalizer.Form.NFKD);
        return isSpace(text.codePointAt(0)) || isSpace(text.codePointBefore(text.length()));
    }

    /** Returns whether a code point is White_Space in Unicode, for which Java needs three tests. */
    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }
}
