package io.forestage.tokens;

import io.forestage.tokens.bpe.TokenOffsets;
import io.forestage.tokens.bpe.Vocabulary;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A text's tokens, each with its id, its spelling in the vocabulary and its offsets in the text.
 *
 * <p>Offsets are half-open ranges of UTF-16 units, the units of {@link String#charAt}: token {@code
 * i} comes from {@code text.substring(start(i), end(i))}. A character may be split over several
 * tokens (a rare emoji has four bytes and up to four tokens); each of them has the offsets of the
 * whole character. Starts and ends never decrease. With GPT-2's kind of tokenizer the offsets cover
 * the text; other tokenizer.json files may omit white space. Hugging Face's offsets are the same,
 * counted in code points.
 */
public final class TokenSequence {

    private final long[] ids;

    /** Finds the offsets on the first request: most callers need only ids. */
    private final Supplier<TokenOffsets> finder;

    private volatile @Nullable TokenOffsets offsets;

    TokenSequence(long[] ids, TokenOffsets offsets) {
        this.ids = ids;
        this.finder = () -> offsets;
    }

    TokenSequence(long[] ids, String text, Vocabulary vocabulary) {
        this.ids = ids;
        this.finder = () -> TokenOffsets.of(text, vocabulary, ids);
    }

    /**
     * Returns the ids.
     *
     * @return a copy, one id a token
     */
    public long[] ids() {
        return ids.clone();
    }

    /** The ids without a copy, for callers that do not change them. */
    long[] sharedIds() {
        return ids;
    }

    /**
     * Returns the number of tokens.
     *
     * @return the number, 0 for an empty text
     */
    public int size() {
        return ids.length;
    }

    /**
     * Returns a token as the vocabulary spells it, such as {@code Ġhello} for " hello".
     *
     * @param i the token's index, from 0 to {@code size() - 1}
     * @return the token
     * @throws IndexOutOfBoundsException if there is no such token
     */
    public String token(int i) {
        return offsets().tokens()[i];
    }

    /**
     * Returns all tokens as the vocabulary spells them.
     *
     * @return an unmodifiable list
     */
    public List<String> tokens() {
        return List.of(offsets().tokens());
    }

    /**
     * Returns where a token's text starts.
     *
     * @param i the token's index, from 0 to {@code size() - 1}
     * @return the index of the first UTF-16 unit
     * @throws IndexOutOfBoundsException if there is no such token
     */
    public int start(int i) {
        return offsets().starts()[i];
    }

    /**
     * Returns where a token's text ends.
     *
     * @param i the token's index, from 0 to {@code size() - 1}
     * @return the index after the last UTF-16 unit
     * @throws IndexOutOfBoundsException if there is no such token
     */
    public int end(int i) {
        return offsets().ends()[i];
    }

    private TokenOffsets offsets() {
        TokenOffsets found = offsets;
        if (found == null) {
            found = finder.get();
            offsets = found;
        }
        return found;
    }
}
