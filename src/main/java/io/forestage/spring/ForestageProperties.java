package io.forestage.spring;

import io.forestage.Pooling;
import io.forestage.VectorOptions;
import io.forestage.tokens.OnTooLong;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code forestage.*} of an application. Editors show the texts below as they are.
 *
 * @param model a model folder or weight file, or a model's name on the hub such as gpt2, with or
 *     without a revision (gpt2@main)
 * @param pooling how a text's token vectors become one: mean or last
 * @param normalize whether each vector is scaled to length 1
 * @param onTooLong what becomes of a text with more tokens than the model has positions: reject,
 *     truncate or windows
 * @param windowLength with on-too-long windows: the tokens of a window, by default the model's
 *     positions
 * @param stride with on-too-long windows: the tokens from one window's start to the next one's, by
 *     default the window's length
 */
@ConfigurationProperties("forestage")
public record ForestageProperties(
        String model,
        @DefaultValue("mean") Pooling pooling,
        @DefaultValue("false") boolean normalize,
        @DefaultValue("reject") OnTooLong.Kind onTooLong,
        @Nullable Integer windowLength,
        @Nullable Integer stride) {

    /**
     * Returns how a text becomes a vector.
     *
     * @param positions the number of the model's positions, the default length of a window
     * @throws IllegalArgumentException if the properties do not fit together
     */
    VectorOptions vectors(int positions) {
        if (onTooLong != OnTooLong.Kind.WINDOWS && (windowLength != null || stride != null)) {
            throw new IllegalArgumentException(
                    "forestage.window-length and forestage.stride: expected"
                            + " forestage.on-too-long=windows with them, found "
                            + onTooLong.name().toLowerCase(Locale.ROOT));
        }
        int length = windowLength == null ? positions : windowLength;
        OnTooLong handling =
                switch (onTooLong) {
                    case REJECT -> OnTooLong.reject();
                    case TRUNCATE -> OnTooLong.truncate();
                    case WINDOWS -> OnTooLong.windows(length, stride == null ? length : stride);
                };
        return VectorOptions.mean()
                .withPooling(pooling)
                .withNormalize(normalize)
                .withOnTooLong(handling);
    }
}
