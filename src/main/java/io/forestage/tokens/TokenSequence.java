package io.forestage.tokens;

import io.forestage.tokens.bpe.TokenOffsets;
import io.forestage.tokens.bpe.Vocabulary;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A text's tokens, each with its id, its spelling in the vocabulary and its place in the text.
 *
 * <p>Places are half-open ranges of UTF-16 units, the units of {@link String#charAt}: token {@code
 * i} comes from {@code text.substring(start(i), end(i))}. A character may be split over several
 * tokens (a rare emoji is four bytes and up to four tokens); each of them has the whole character's
 * place. Starts and ends never decrease, and with GPT-2's kind of tokenizer the places cover the
 * text; a tokenizer.json of another kind may leave white space out. Hugging Face's offsets are the
 * same ones counted in code points. Places may be found only when the first is asked for.
 */
public final class TokenSequence {

    private final long[] ids;

    /** Finds the offsets at the first request: most callers need ids alone. */
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

    /** The ids themselves, for those who do not change them. */
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
     * Returns a token as the vocabulary spells it, {@code Ġhello} for a space and {@code hello}.
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
