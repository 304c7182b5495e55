package io.forestage.decoder.attention;

import io.forestage.support.OptionCheck;
import java.util.List;
import java.util.stream.Collectors;

/**
 * FMM attention: softmax attention to the nearest tokens plus linear attention to all, w₁ D V + w₂
 * Σᵢ Lᵢ V. D is the softmax of the products in the band, Lᵢ the weights of one feature map; the
 * rows of each sum to 1. Time and memory are in proportion to T.
 *
 * <p><b>Positive weights.</b> w₁ = softplus(a), w₂ = softplus(b), with a and b trained for each
 * head. They start where w₁ and the sum of the w₂ are ½, so that a token starts with a mean of the
 * values.
 *
 * <p><b>Source.</b> Nguyen et al. 2021, <i>FMMformer</i>, equation 11, as in the paper, which has
 * positive weights: the authors' code has weights of either sign for each feature of a value, and
 * divides the features by their sum.
 *
 * @param bandwidth how many tokens the near field shows a token, itself among them, 1 to 65536
 * @param features the feature maps of the far field, at least one
 */
public record FmmAttention(int bandwidth, List<FeatureMap> features) implements Attention {

    private static final int MAX_BANDWIDTH = 1 << 16;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for a bandwidth out of its range, or no feature map
     */
    public FmmAttention {
        OptionCheck.requireFrom1("bandwidth", bandwidth, MAX_BANDWIDTH);
        features = List.copyOf(features);
        OptionCheck.require(
                "features", "at least one feature map", features.size(), !features.isEmpty());
    }

    @Override
    public String asText() {
        return "fmm %d %s"
                .formatted(
                        bandwidth,
                        features.stream().map(FeatureMap::asText).collect(Collectors.joining(",")));
    }

    @Override
    public AttentionCore newCore(int layer, int heads, int headWidth) {
        return new FmmCore(
                bandwidth,
                features.stream().map(map -> new FarField(map, layer, headWidth)).toList(),
                heads);
    }
}
