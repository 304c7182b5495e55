package io.forestage.spark;

import io.forestage.Pooling;
import io.forestage.corpus.CorpusOptions;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.SpecialTokens;
import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a text becomes vectors, in types that travel to executors.
 *
 * @param pooling one vector a text, or one a token
 * @param normalize whether each vector is scaled to length 1
 * @param onTooLong how a text with more tokens than the model has positions is handled
 * @param windowLength the tokens of a window, or null for the model's positions
 * @param windowStride the tokens from one window's start to the next one's, or null for the length
 */
record EmbedOptions(
        Pooling pooling,
        boolean normalize,
        OnTooLong.Kind onTooLong,
        @Nullable Integer windowLength,
        @Nullable Integer windowStride)
        implements Serializable {

    private static final long serialVersionUID = 1;

    EmbedOptions {
        if (onTooLong != OnTooLong.Kind.WINDOWS && (windowLength != null || windowStride != null)) {
            throw new IllegalArgumentException(
                    "windowLength and windowStride: expected onTooLong windows with them, found "
                            + onTooLong.name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Returns the options for a model.
     *
     * @param positions the model's positions
     * @throws IllegalArgumentException if the options do not fit together, or to the model
     */
    CorpusOptions of(int positions) {
        int length = windowLength == null ? positions : windowLength;
        if (length > positions) {
            throw new IllegalArgumentException(
                    "windowLength: expected at most the model's %d positions, found %d"
                            .formatted(positions, length));
        }
        OnTooLong handling =
                switch (onTooLong) {
                    case REJECT -> OnTooLong.reject();
                    case TRUNCATE -> OnTooLong.truncate();
                    case WINDOWS ->
                            OnTooLong.windows(length, windowStride == null ? length : windowStride);
                };
        return new CorpusOptions(pooling, normalize, handling, SpecialTokens.AS_TEXT, true);
    }
}
