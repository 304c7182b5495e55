package io.forestage.corpus;

import io.forestage.Pooling;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.SpecialTokens;
import java.util.Objects;

/**
 * How lines become vectors.
 *
 * @param pooling one vector a line, or with {@link Pooling#NONE} one a token
 * @param normalize whether each vector is scaled to length 1
 * @param onTooLong how a line with more tokens than the model has positions is handled
 * @param specialTokens how a special token's spelling inside a line is read
 * @param skipBadLines whether a line that cannot be embedded is listed in a file of its own, where
 *     it would else end the run; the line keeps its place, with values that are NaN or null
 */
public record CorpusOptions(
        Pooling pooling,
        boolean normalize,
        OnTooLong onTooLong,
        SpecialTokens specialTokens,
        boolean skipBadLines) {

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if windows overlap while every token has its own vector
     */
    public CorpusOptions {
        Objects.requireNonNull(pooling, "pooling");
        Objects.requireNonNull(onTooLong, "onTooLong");
        Objects.requireNonNull(specialTokens, "specialTokens");
        if (pooling == Pooling.NONE
                && onTooLong instanceof OnTooLong.Windows windows
                && windows.stride() != windows.length()) {
            throw new IllegalArgumentException(
                    "pooling none: expected windows without overlap, so that a token has one vector, found length %d and stride %d; make them equal"
                            .formatted(windows.length(), windows.stride()));
        }
    }
}
