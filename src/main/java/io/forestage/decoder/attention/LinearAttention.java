package io.forestage.decoder.attention;

/**
 * Linear attention: each token's mean of the values up to it, weighted by φ(q) · φ(k), which takes
 * time and memory in proportion to T: Σⱼ φ(kⱼ) vⱼᵀ and Σⱼ φ(kⱼ) are running sums.
 *
 * <p><b>Source.</b> Katharopoulos et al. 2020, <i>Transformers are RNNs</i>, equations 9 to 12.
 * 1e-6 is added to the sum that divides, as in the authors' code.
 *
 * @param features φ
 */
public record LinearAttention(FeatureMap features) implements Attention {

    @Override
    public String asText() {
        return "linear " + features.asText();
    }

    @Override
    public AttentionCore newCore(int layer, int heads, int headWidth) {
        return new LinearCore(new FarField(features, layer, headWidth));
    }
}
