package io.forestage;

import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.SpecialTokens;
import java.util.Objects;

/**
 * How a text becomes one vector.
 *
 * @param pooling {@link Pooling#MEAN} or {@link Pooling#LAST}
 * @param normalize whether each vector is scaled to length 1
 * @param onTooLong how a text with more tokens than the model has positions is handled
 * @param specialTokens how a special token's spelling inside a text is read
 */
public record VectorOptions(
        Pooling pooling, boolean normalize, OnTooLong onTooLong, SpecialTokens specialTokens) {

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if the pooling is {@link Pooling#NONE}, which gives a vector
     *     for each token
     */
    public VectorOptions {
        Objects.requireNonNull(pooling, "pooling");
        Objects.requireNonNull(onTooLong, "onTooLong");
        Objects.requireNonNull(specialTokens, "specialTokens");
        if (pooling == Pooling.NONE) {
            throw new IllegalArgumentException(
                    "pooling: expected mean or last for one vector a text, found none; use"
                            + " InputStage.embed for one vector a token");
        }
    }

    /**
     * Returns the defaults.
     *
     * @return the mean of the tokens' vectors, not scaled; longer texts refused; special tokens as
     *     text
     */
    public static VectorOptions mean() {
        return new VectorOptions(Pooling.MEAN, false, OnTooLong.reject(), SpecialTokens.AS_TEXT);
    }

    /**
     * Returns these options with another pooling.
     *
     * @param other the pooling
     * @return the new options
     * @throws IllegalArgumentException for {@link Pooling#NONE}
     */
    public VectorOptions withPooling(Pooling other) {
        return new VectorOptions(other, normalize, onTooLong, specialTokens);
    }

    /**
     * Returns these options with vectors of length 1, or as they are.
     *
     * @param scaled whether each vector is scaled to length 1
     * @return the new options
     */
    public VectorOptions withNormalize(boolean scaled) {
        return new VectorOptions(pooling, scaled, onTooLong, specialTokens);
    }

    /**
     * Returns these options with another handling of texts that are too long.
     *
     * @param handling how such a text is handled
     * @return the new options
     */
    public VectorOptions withOnTooLong(OnTooLong handling) {
        return new VectorOptions(pooling, normalize, handling, specialTokens);
    }

    /**
     * Returns these options with another meaning of special tokens inside a text.
     *
     * @param meaning the meaning
     * @return the new options
     */
    public VectorOptions withSpecialTokens(SpecialTokens meaning) {
        return new VectorOptions(pooling, normalize, onTooLong, meaning);
    }
}
