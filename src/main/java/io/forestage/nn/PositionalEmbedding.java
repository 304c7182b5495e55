package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

/**
 * A block that turns positions into vectors.
 *
 * <p><b>Shapes.</b> As a block, position ids (…), int32 or int64 → (…, D).
 */
public sealed interface PositionalEmbedding extends Block
        permits LearnedPositionalEmbedding, SinusoidalPositionalEmbedding {

    /** Returns D, the width of a vector. */
    long getEmbeddingDim();

    /**
     * Returns the vectors of a batch's positions, to be added to those of its tokens.
     *
     * @param parameterStore the parameters' values
     * @param manager the owner of the result, which is on the manager's device
     * @param positionIds the positions
     * @param dataType the type of the tokens' vectors
     * @param training true in a training forward pass
     * @return (T, D) for a range of positions, else (…, D). It may be a view of the block's own
     *     table: do not write to it, and do not use it after the table is closed
     * @throws IllegalArgumentException if a position is outside the block's range, or the block has
     *     no vectors of that type
     */
    NDArray embed(
            ParameterStore parameterStore,
            NDManager manager,
            PositionIds positionIds,
            DataType dataType,
            boolean training);
}
