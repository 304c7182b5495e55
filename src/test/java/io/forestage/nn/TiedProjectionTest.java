package io.forestage.nn;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import io.forestage.testing.BlockContract;

/** The block contract of a projection with the embedding that owns its table. */
class TiedProjectionTest implements BlockContract {

    @Override
    public Block newBlock() {
        TokenEmbedding embedding =
                TokenEmbedding.builder().setNumEmbeddings(7).setEmbeddingDim(3).build();
        return new SequentialBlock().add(embedding).add(new TiedProjection(embedding));
    }

    /** DJL's SequentialBlock keeps the arrays between its blocks. */
    @Override
    public int intermediates() {
        return 1;
    }

    @Override
    public NDList inputs(NDManager manager) {
        return new NDList(manager.create(new long[] {0, 6, 3, 3}, new Shape(2, 2)));
    }
}
