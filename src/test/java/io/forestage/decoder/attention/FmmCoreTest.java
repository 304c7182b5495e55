package io.forestage.decoder.attention;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.forestage.testing.BlockContract;

/** The block contract of attention with parameters of its own. */
class FmmCoreTest implements BlockContract {

    @Override
    public Block newBlock() {
        return Attention.fmm(2, PlainFeatures.ELU, PlainFeatures.TANH).newCore(0, 2, 3);
    }

    @Override
    public NDList inputs(NDManager manager) {
        NDList heads = new NDList();
        for (int i = 1; i <= 3; i++) {
            float[] numbers = new float[24];
            for (int j = 0; j < numbers.length; j++) {
                numbers[j] = 0.1f * i * (j % 7 - 3);
            }
            heads.add(manager.create(numbers, new Shape(1, 2, 4, 3)));
        }
        return heads;
    }
}
