package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.PositionIds;
import io.forestage.torch.NativeArrays;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One step of DJL's {@code TextGenerator}, which keeps the keys and values itself: it repeats and
 * chooses rows of them between two steps.
 *
 * @param stage ids to vectors
 * @param decoder vectors to logits
 */
record CausalStep(Gpt2InputEmbedding stage, SoftmaxStack decoder) {

    private static final int GIVEN = 3;

    /**
     * Computes a step.
     *
     * @param inputs int64 ids (B, T), positions (B, T) and mask (B, past + T), then none or the
     *     keys and values of each block, (B, H, past, d)
     * @return logits (B, T, V), the last norm's vectors (B, T, D), and the keys and values (B, H,
     *     past + T, d), in the manager of the ids
     */
    NDList run(NDList inputs) {
        DecoderConfig config = decoder.config();
        int pasts = 2 * config.layers();
        if (inputs.size() != GIVEN && inputs.size() != GIVEN + pasts) {
            throw new IllegalArgumentException(
                    "inputs: expected ids, positions and mask, then none or %d arrays of keys and values, found %d arrays"
                            .formatted(pasts, inputs.size()));
        }
        NDArray ids = inputs.get(0);
        NDArray mask = inputs.get(2);
        Shape shape = ids.getShape();
        NDManager owner = ids.getManager();
        try (NDManager scratch = owner.newSubManager()) {
            NDArray vectors =
                    stage.embed(
                            new ParameterStore(scratch, false),
                            scratch,
                            ids.toLongArray(),
                            shape,
                            PositionIds.of(inputs.get(1).toLongArray(), shape),
                            false);
            NDList known = inputs.subNDList(GIVEN);
            long past = known.isEmpty() ? 0 : known.head().getShape().get(2);
            NDList caches = new NDList();
            for (int i = 0; i < pasts; i++) {
                caches.add(withRoom(known.isEmpty() ? null : known.get(i), shape, scratch));
            }
            boolean isPadded = Arrays.stream(mask.toLongArray()).anyMatch(each -> each == 0);
            NDArray states;
            try (NativeArrays arrays = NativeArrays.of(caches)) {
                states = decoder.states(vectors, isPadded ? mask : null, arrays, past);
            }
            NDList result = new NDList(decoder.head(states), states);
            result.addAll(caches);
            result.attach(owner);
            return result;
        }
    }

    /** A copy of keys or values, with room for those of the tokens to come. */
    private NDArray withRoom(@Nullable NDArray past, Shape ids, NDManager scratch) {
        DecoderConfig config = decoder.config();
        NDArray room =
                scratch.create(
                        new Shape(ids.get(0), config.heads(), ids.get(1), config.headWidth()),
                        DataType.FLOAT32);
        if (past == null) {
            return room;
        }
        NDArray all = past.concat(room, 2);
        all.attach(scratch);
        return all;
    }
}
