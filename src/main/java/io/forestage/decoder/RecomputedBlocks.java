package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of another attention than softmax, computed anew for all tokens whenever one is added:
 * in time linear in their number, as a cached token of softmax takes.
 *
 * @param decoder the blocks
 * @param head (V, D)
 */
record RecomputedBlocks(Gpt2Decoder decoder, NDArray head) {

    /** As {@link DecoderStack#logits}. */
    NDArray logits(
            NDArray vectors, @Nullable NDArray mask, @Nullable KeyValueCache cache, int last) {
        NDManager manager = vectors.getManager();
        try (NDManager scratch = manager.newSubManager()) {
            NDList inputs = new NDList(cache == null ? vectors : cache.append(vectors));
            if (mask != null) {
                inputs.add(mask);
            }
            NDArray states =
                    decoder.forward(new ParameterStore(scratch, false), inputs, false).head();
            states.attach(scratch);
            if (last > 0) {
                long tokens = states.getShape().get(1);
                states = states.get(new NDIndex(":, {}:", tokens - last));
                states.attach(scratch);
            }
            NDArray logits = Linear.linear(states, head).head();
            logits.attach(manager);
            return logits;
        }
    }
}
