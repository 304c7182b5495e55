package io.forestage.tokens;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How texts become the rows of a {@link TokenBatch}.
 *
 * @param maxLength the maximum of tokens in a row, at least 1; GPT-2 has 1024 positions
 * @param onTooLong how a text with more tokens is handled
 * @param paddingSide the side on which shorter rows are padded
 * @param paddingId the id of the pads, at least 0
 * @param specialTokens how a special token's spelling inside a text is read
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
     * @throws IllegalArgumentException if a number is out of range, or windows are longer than a
     *     row may be
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
                    "paddingId: expected an id of the vocabulary, found %d; GPT-2 has no padding token, 50256 (<|endoftext|>) is the usual choice"
                            .formatted(paddingId));
        }
        if (onTooLong instanceof OnTooLong.Windows windows && windows.length() > maxLength) {
            throw new IllegalArgumentException(
                    "windows: expected a length of at most %d tokens (maxLength), found %d; shorten the windows or raise maxLength"
                            .formatted(maxLength, windows.length()));
        }
    }

    /**
     * Returns GPT-2's options: rows of up to 1024 tokens, longer texts refused, padding on the
     * right with 50256 ({@code <|endoftext|>}, as GPT-2 has no padding token), special tokens as
     * text.
     *
     * @return the options
     */
    public static BatchOptions gpt2() {
        return new BatchOptions(
                1024, OnTooLong.reject(), PaddingSide.RIGHT, 50256, SpecialTokens.AS_TEXT);
    }

    /**
     * Returns these options with another maximum of tokens in a row.
     *
     * @param tokens the maximum
     * @return the new options
     */
    public BatchOptions withMaxLength(int tokens) {
        return new BatchOptions(tokens, onTooLong, paddingSide, paddingId, specialTokens);
    }

    /**
     * Returns these options with another handling of texts that are too long.
     *
     * @param handling how such a text is handled
     * @return the new options
     */
    public BatchOptions withOnTooLong(OnTooLong handling) {
        return new BatchOptions(maxLength, handling, paddingSide, paddingId, specialTokens);
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

    /**
     * Cuts the ids of a text into rows.
     *
     * @param text the text's index, for messages
     * @param ids its ids; a row may be this array
     * @return the rows, at least one, in order; windows are made as they are read
     * @throws TooLongException if the text is too long for {@link OnTooLong#reject()}
     */
    public Stream<long[]> rows(int text, long[] ids) {
        if (onTooLong instanceof OnTooLong.Windows windows) {
            return windows.rows(ids);
        }
        if (ids.length <= maxLength) {
            return Stream.of(ids);
        }
        if (onTooLong instanceof OnTooLong.Truncate) {
            return Stream.of(Arrays.copyOf(ids, maxLength));
        }
        throw new TooLongException(text, ids.length, maxLength);
    }
}
