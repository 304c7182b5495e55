package io.forestage.tokens;

import java.util.Objects;

/**
 * How texts become the rows of a {@link TokenBatch}.
 *
 * @param maxLength the tokens that a row may hold, at least 1; GPT-2's positions are 1024
 * @param onTooLong what becomes of a text with more tokens than that
 * @param paddingSide the side on which shorter rows are filled up
 * @param paddingId the id that fills them up, which the attention mask hides
 * @param specialTokens what a special token's spelling inside a text means
 */
public record BatchOptions(
        int maxLength,
        OnTooLong onTooLong,
        PaddingSide paddingSide,
        long paddingId,
        SpecialTokens specialTokens) {

    /**
     * Checks the options.
     *
     * @param maxLength the tokens that a row may hold
     * @param onTooLong what becomes of a text with more tokens than that
     * @param paddingSide the side on which shorter rows are filled up
     * @param paddingId the id that fills them up
     * @param specialTokens what a special token's spelling inside a text means
     * @throws IllegalArgumentException if a number is out of its range, or if windows are longer
     *     than a row may be
     */
    public BatchOptions {
        Objects.requireNonNull(onTooLong, "onTooLong");
        Objects.requireNonNull(paddingSide, "paddingSide");
        Objects.requireNonNull(specialTokens, "specialTokens");
        if (maxLength < 1) {
            throw new IllegalArgumentException(
                    "maxLength: expected at least 1, found %d".formatted(maxLength));
        }
        if (paddingId < 0) {
            throw new IllegalArgumentException(
                    "paddingId: expected an id of the vocabulary, found %d; GPT-2 has no padding token of its own, 50256 is the usual choice"
                            .formatted(paddingId));
        }
        if (onTooLong instanceof OnTooLong.Windows windows && windows.length() > maxLength) {
            throw new IllegalArgumentException(
                    "windows of %d tokens do not fit rows of at most %d; make the windows shorter or set maxLength to %d"
                            .formatted(windows.length(), maxLength, windows.length()));
        }
    }

    /**
     * Returns GPT-2's options: rows of up to 1024 tokens, a longer text refused, padding on the
     * right with 50256 ({@code <|endoftext|>}; GPT-2 has no padding token), special tokens as text.
     *
     * @return the options
     */
    public static BatchOptions gpt2() {
        return new BatchOptions(
                1024, OnTooLong.reject(), PaddingSide.RIGHT, 50256, SpecialTokens.AS_TEXT);
    }

    /**
     * Returns these options with another maximum.
     *
     * @param tokens the tokens that a row may hold
     * @return the new options
     */
    public BatchOptions withMaxLength(int tokens) {
        return new BatchOptions(tokens, onTooLong, paddingSide, paddingId, specialTokens);
    }

    /**
     * Returns these options with another way for texts that are too long.
     *
     * @param way what becomes of such a text
     * @return the new options
     */
    public BatchOptions withOnTooLong(OnTooLong way) {
        return new BatchOptions(maxLength, way, paddingSide, paddingId, specialTokens);
    }

    /**
     * Returns these options with padding on another side.
     *
     * @param side the side
     * @return the new options
     */
    public BatchOptions withPaddingSide(PaddingSide side) {
        return new BatchOptions(maxLength, onTooLong, side, paddingId, specialTokens);
    }

    /**
     * Returns these options with another padding id.
     *
     * @param id the id
     * @return the new options
     */
    public BatchOptions withPaddingId(long id) {
        return new BatchOptions(maxLength, onTooLong, paddingSide, id, specialTokens);
    }

    /**
     * Returns these options with another meaning of special tokens inside a text.
     *
     * @param meaning the meaning
     * @return the new options
     */
    public BatchOptions withSpecialTokens(SpecialTokens meaning) {
        return new BatchOptions(maxLength, onTooLong, paddingSide, paddingId, meaning);
    }
}
