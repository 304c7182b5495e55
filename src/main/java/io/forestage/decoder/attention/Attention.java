package io.forestage.decoder.attention;

import io.forestage.support.Quoted;
import java.util.Arrays;
import java.util.List;

/**
 * Which attention the blocks of a decoder have: an immutable description, from which each block
 * makes its {@link AttentionCore}.
 */
public sealed interface Attention permits SoftmaxAttention, LinearAttention, FmmAttention {

    /**
     * Returns GPT-2's attention: products divided by √d, no dropout.
     *
     * @return softmax attention, whose options can be changed
     */
    static SoftmaxAttention softmax() {
        return new SoftmaxAttention(true, false, 0);
    }

    /**
     * Returns linear attention with the features elu(x) + 1 (Katharopoulos et al. 2020).
     *
     * @return linear attention
     */
    static LinearAttention linear() {
        return new LinearAttention(FeatureMap.elu());
    }

    /**
     * Returns FMM attention: a near field and a far field (Nguyen et al. 2021).
     *
     * @param bandwidth how many tokens the near field shows a token, itself among them
     * @param features the feature maps of the far field; elu(x) + 1 if there are none
     * @return FMM attention
     * @throws IllegalArgumentException for a bandwidth that is not at least 1
     */
    static FmmAttention fmm(int bandwidth, FeatureMap... features) {
        return new FmmAttention(
                bandwidth, features.length == 0 ? List.of(FeatureMap.elu()) : List.of(features));
    }

    /**
     * Reads a description of linear or FMM attention: {@code linear FEATURES}, such as {@code
     * linear elu}, or {@code fmm BANDWIDTH FEATURES,…}, such as {@code fmm 20 elu,tanh}, with the
     * names of {@link FeatureMap#parse}; or {@code softmax}.
     *
     * @param text the description
     * @return the attention
     * @throws IllegalArgumentException if it is none
     */
    static Attention parse(String text) {
        String[] words = text.split(" ", -1);
        if (text.equals("softmax")) {
            return softmax();
        }
        if (words[0].equals("linear") && words.length == 2) {
            return new LinearAttention(FeatureMap.parse(words[1]));
        }
        if (words[0].equals("fmm") && words.length == 3 && words[1].matches("[0-9]{1,9}")) {
            return new FmmAttention(
                    Integer.parseInt(words[1]),
                    Arrays.stream(words[2].split(",", -1)).map(FeatureMap::parse).toList());
        }
        throw new IllegalArgumentException(
                "attention: expected softmax, linear FEATURES or fmm BANDWIDTH FEATURES, found %s"
                        .formatted(Quoted.of(text)));
    }

    /** Returns the description that {@link #parse} reads, without softmax's options. */
    String asText();

    /**
     * Makes the attention of one block.
     *
     * @param layer the block's index, from 0
     * @param heads H
     * @param headWidth d, the width of a head
     * @return a new block; not initialised if it has parameters
     * @throws IllegalArgumentException if the options do not fit the sizes
     */
    AttentionCore newCore(int layer, int heads, int headWidth);
}
