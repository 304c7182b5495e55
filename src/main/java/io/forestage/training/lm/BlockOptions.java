package io.forestage.training.lm;

import io.forestage.decoder.attention.Attention;
import io.forestage.support.OptionCheck;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The transformer blocks between a language model's input stage and its projection.
 *
 * @param layers the number of blocks, 0 to 1000; without any, a prediction depends on the last
 *     token and its position alone
 * @param heads the number of heads of each block, a divisor of the dimension; null for heads of
 *     width 64, or one head if the dimension is no multiple of 64
 * @param attention how heads attend
 */
public record BlockOptions(int layers, @Nullable Integer heads, Attention attention) {

    /** No blocks. */
    public static final BlockOptions NONE = new BlockOptions(0, null, Attention.softmax());

    private static final int HEAD_WIDTH = 64;
    private static final int MAX_LAYERS = 1000;
    private static final int MAX_HEADS = 1 << 16;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public BlockOptions {
        OptionCheck.require(
                "layers",
                "an integer from 0 to %d".formatted(MAX_LAYERS),
                layers,
                layers >= 0 && layers <= MAX_LAYERS);
        if (heads != null) {
            OptionCheck.requireFrom1("heads", heads, MAX_HEADS);
        }
    }

    /** Returns the number of heads for a dimension. */
    int headsOf(int dimension) {
        if (heads != null) {
            return heads;
        }
        return dimension % HEAD_WIDTH == 0 ? dimension / HEAD_WIDTH : 1;
    }

    /** Puts the values by their names on the command line; nothing without blocks. */
    void putInto(Map<String, String> text) {
        if (layers > 0) {
            text.put("layers", Integer.toString(layers));
            text.put("heads", heads == null ? "by the dimension" : heads.toString());
            text.put("attention", attention.asText());
        }
    }
}
