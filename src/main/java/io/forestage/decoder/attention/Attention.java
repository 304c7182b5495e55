package io.forestage.decoder.attention;

/**
 * Which attention the blocks of a decoder have: an immutable description, from which each block
 * makes its {@link AttentionCore}.
 */
public sealed interface Attention permits SoftmaxAttention {

    /**
     * Returns GPT-2's attention: products divided by √d, no dropout.
     *
     * @return softmax attention, whose options can be changed
     */
    static SoftmaxAttention softmax() {
        return new SoftmaxAttention(true, false, 0);
    }

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
