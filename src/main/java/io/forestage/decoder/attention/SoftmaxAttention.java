package io.forestage.decoder.attention;

/**
 * GPT-2's attention: each token's mean of the values up to it, weighted by the softmax of the
 * products of its query with their keys (Vaswani et al. 2017, §3.2.1).
 *
 * @param scaled whether the products are divided by √d, {@code scale_attn_weights}
 * @param byLayer whether the products of block i, counted from 1, are divided by i, {@code
 *     scale_attn_by_inverse_layer_idx}
 * @param dropout the rate at which a token's weights are dropped in training, {@code attn_pdrop}
 */
public record SoftmaxAttention(boolean scaled, boolean byLayer, double dropout)
        implements Attention {

    public SoftmaxAttention {
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException(
                    "dropout: expected at least 0 and less than 1, found " + dropout);
        }
    }

    /**
     * Returns a copy with another scaling.
     *
     * @param scaled whether the products are divided by √d
     * @param byLayer whether they are also divided by the block's number, from 1
     */
    public SoftmaxAttention withScaling(boolean scaled, boolean byLayer) {
        return new SoftmaxAttention(scaled, byLayer, dropout);
    }

    /**
     * Returns a copy with another dropout.
     *
     * @param rate at least 0 and less than 1
     */
    public SoftmaxAttention withDropout(double rate) {
        return new SoftmaxAttention(scaled, byLayer, rate);
    }

    /**
     * Returns the factor of the products of queries and keys.
     *
     * @param layer the block's index, from 0
     * @param headWidth d
     */
    public double scale(int layer, int headWidth) {
        return (scaled ? 1 / Math.sqrt(headWidth) : 1) / (byLayer ? layer + 1 : 1);
    }

    @Override
    public String asText() {
        return "softmax";
    }

    @Override
    public AttentionCore newCore(int layer, int heads, int headWidth) {
        return new SoftmaxCore(scale(layer, headWidth), dropout);
    }
}
