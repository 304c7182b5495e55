package io.forestage.decoder.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import org.jspecify.annotations.Nullable;

/**
 * What the attention of one block remembers of some rows of tokens, for generation: further tokens
 * attend to those before without their keys and values, in memory that does not depend on how many
 * there were.
 *
 * <p><b>Source.</b> Katharopoulos et al. 2020, <i>Transformers are RNNs</i>, section 3.4.
 */
public interface AttentionState extends AutoCloseable {

    /**
     * Computes the vectors of further tokens, and remembers the tokens. The values are those of
     * {@link AttentionCore#attend} for all tokens together, up to rounding. No gradients are
     * recorded.
     *
     * @param parameterStore the values of parameters, if the attention has any
     * @param queries (B, H, T, d), of the further tokens alone, as all arrays
     * @param keys (B, H, T, d)
     * @param values (B, H, T, d)
     * @param mask (B, T), as {@link AttentionCore#attend}'s
     * @return (B, H, T, d), in the manager of the queries
     */
    NDArray attend(
            ParameterStore parameterStore,
            NDArray queries,
            NDArray keys,
            NDArray values,
            @Nullable NDArray mask);

    @Override
    void close();
}
