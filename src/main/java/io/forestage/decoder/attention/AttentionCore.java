package io.forestage.decoder.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import org.jspecify.annotations.Nullable;

/**
 * The attention of one transformer block, causal: a token sees itself and the tokens before it. It
 * is a DJL block, so that parameters of its own are trained, saved and loaded as others; its inputs
 * are queries, keys, values and, with padding, the mask.
 */
public interface AttentionCore extends Block {

    /**
     * Computes the vectors of all heads.
     *
     * @param parameterStore the values of parameters, if the attention has any
     * @param queries (B, H, T, d)
     * @param keys (B, H, T, d)
     * @param values (B, H, T, d)
     * @param mask (B, T), int32, int64 or boolean, 0 at padding and 1 at tokens, or null without
     *     padding; no token sees padding, and the vectors at padding are finite but mean nothing
     * @param training true to apply dropout and to record gradients of the parameters
     * @return (B, H, T, d), in the manager of the queries
     */
    NDArray attend(
            ParameterStore parameterStore,
            NDArray queries,
            NDArray keys,
            NDArray values,
            @Nullable NDArray mask,
            boolean training);
}
