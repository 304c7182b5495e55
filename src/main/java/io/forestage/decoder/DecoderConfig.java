package io.forestage.decoder;

import io.forestage.decoder.attention.Attention;

/**
 * The sizes and functions of GPT-2's blocks.
 *
 * @param layers the number of blocks, {@code n_layer}
 * @param heads H, {@code n_head}
 * @param width D, {@code n_embd}; a multiple of H
 * @param innerWidth the width within the feed-forward layers, {@code n_inner}
 * @param activation the function within them, {@code activation_function}
 * @param epsilon added to the variance by layer normalisation, {@code layer_norm_epsilon}
 * @param attention how heads attend
 * @param dropout the rate at which the results of attention and feed-forward layers are dropped in
 *     training, {@code resid_pdrop}
 * @param initializerRange the standard deviation of new weights, {@code initializer_range}
 */
public record DecoderConfig(
        int layers,
        int heads,
        int width,
        int innerWidth,
        ActivationFunction activation,
        double epsilon,
        Attention attention,
        double dropout,
        double initializerRange) {

    /** The width of a feed-forward layer in widths of a vector. */
    static final int INNER_WIDTHS = 4;

    static final double GPT2_EPSILON = 1e-5;

    static final double GPT2_DROPOUT = 0.1;

    static final double GPT2_INITIALIZER_RANGE = 0.02;

    public DecoderConfig {
        requirePositive("layers", layers);
        requirePositive("heads", heads);
        requirePositive("width", width);
        requirePositive("innerWidth", innerWidth);
        if (width % heads != 0) {
            throw new IllegalArgumentException(
                    "heads: expected a divisor of the width %d, found %d".formatted(width, heads));
        }
        if (!(epsilon > 0 && Double.isFinite(epsilon))) {
            throw new IllegalArgumentException(
                    "epsilon: expected a positive number, found " + epsilon);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException(
                    "dropout: expected at least 0 and less than 1, found " + dropout);
        }
        if (!(initializerRange >= 0 && Double.isFinite(initializerRange))) {
            throw new IllegalArgumentException(
                    "initializerRange: expected at least 0, found " + initializerRange);
        }
    }

    /** Returns d, the width of a head. */
    public int headWidth() {
        return width / heads;
    }

    private static void requirePositive(String what, int found) {
        if (found < 1) {
            throw new IllegalArgumentException(
                    "%s: expected at least 1, found %d".formatted(what, found));
        }
    }
}
