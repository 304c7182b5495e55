package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.tokens.TokenBatch;

/** A batch as the inputs of the block. */
final class TokenArrays {

    private TokenArrays() {}

    /** Token ids, attention mask and position ids, int64 (B, T). */
    static NDList of(TokenBatch batch, NDManager manager) {
        Shape shape = new Shape(batch.batchSize(), batch.length());
        return new NDList(
                named("ids", manager.create(batch.ids(), shape)),
                named("attention_mask", manager.create(batch.attentionMask(), shape)),
                named("position_ids", manager.create(batch.positionIds(), shape)));
    }

    private static NDArray named(String name, NDArray array) {
        array.setName(name);
        return array;
    }
}
