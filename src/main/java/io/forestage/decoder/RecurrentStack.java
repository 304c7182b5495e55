package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import io.forestage.decoder.attention.AttentionCore;
import io.forestage.decoder.attention.AttentionState;
import io.forestage.decoder.attention.RecurrentCore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of linear and FMM attention: a further token takes the same time and memory however
 * many there were.
 *
 * @param decoder the blocks
 * @param head (V, D)
 */
record RecurrentStack(Gpt2Decoder decoder, NDArray head) implements DecoderStack {

    @Override
    public NDArray logits(NDArray vectors) {
        NDManager manager = vectors.getManager();
        try (NDManager scratch = manager.newSubManager()) {
            ParameterStore store = new ParameterStore(scratch, false);
            NDArray states = decoder.apply(store, vectors, null, List.of(), false);
            states.attach(scratch);
            return project(states, manager);
        }
    }

    /** Returns logits in a manager. */
    private NDArray project(NDArray states, NDManager manager) {
        NDArray logits = Linear.linear(states, head).singletonOrThrow();
        logits.attach(manager);
        return logits;
    }

    @Override
    public DecoderState start(NDManager owner, int batch, int capacity) {
        return new State(owner.newSubManager());
    }

    @Override
    public void close() {
        // The model owns the blocks and the head.
    }

    private final class State implements DecoderState {

        private final NDManager manager;
        private final List<AttentionState> states = new ArrayList<>();
        private int length;

        State(NDManager manager) {
            this.manager = manager;
            for (AttentionCore core : decoder.attentionCores()) {
                states.add(((RecurrentCore) core).newState(manager));
            }
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public NDArray next(NDArray vectors, @Nullable NDArray mask) {
            NDManager owner = vectors.getManager();
            try (NDManager scratch = owner.newSubManager()) {
                NDArray real = null;
                if (mask != null) {
                    real = mask.get(new NDIndex(":, {}:", length));
                    real.attach(scratch);
                }
                ParameterStore store = new ParameterStore(scratch, false);
                NDArray all = decoder.apply(store, vectors, real, states, false);
                all.attach(scratch);
                NDArray last = all.get(new NDIndex(":, -1:"));
                last.attach(scratch);
                length += Math.toIntExact(vectors.getShape().get(1));
                return project(last, owner);
            }
        }

        @Override
        public void close() {
            manager.close();
        }
    }
}
