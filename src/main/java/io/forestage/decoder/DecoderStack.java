package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.forestage.decoder.attention.SoftmaxAttention;
import io.forestage.torch.DecoderOperations;
import io.forestage.torch.NativeArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A decoder with its head for inference: all blocks in one native call, without gradients. It
 * computes the same values as the blocks, up to rounding. Another attention than softmax is
 * computed by the blocks themselves.
 */
final class DecoderStack implements AutoCloseable {

    private final DecoderConfig config;
    private final NDArray head;
    private final NativeArrays weights;
    private final NativeArrays blocks;
    private final DecoderOperations.@Nullable Stack stack;
    private final DecoderOperations.@Nullable Stack headless;
    private final RecomputedBlocks recomputed;

    /**
     * Takes the decoder's values as they are now.
     *
     * @param head (V, D)
     */
    DecoderStack(Gpt2Decoder decoder, NDArray head) {
        config = decoder.config();
        recomputed = new RecomputedBlocks(decoder, head);
        NDManager manager = head.getManager();
        ParameterStore store = new ParameterStore(manager, false);
        List<NDArray> values = new ArrayList<>();
        for (Gpt2Decoder.NamedPart part : decoder.parts()) {
            values.add(part.part().weight(store, head.getDevice(), false));
            values.add(part.part().bias(store, head.getDevice(), false));
        }
        this.head = head;
        blocks = NativeArrays.of(values);
        values.add(head);
        weights = NativeArrays.of(values);
        SoftmaxAttention softmax =
                config.attention() instanceof SoftmaxAttention attention ? attention : null;
        stack = softmax == null ? null : stack(config, softmax, weights);
        headless = softmax == null ? null : stack(config, softmax, blocks);
    }

    private static DecoderOperations.Stack stack(
            DecoderConfig config, SoftmaxAttention attention, NativeArrays weights) {
        return new DecoderOperations.Stack(
                weights,
                IntStream.range(0, config.layers())
                        .mapToObj(layer -> attention.scale(layer, config.headWidth()))
                        .toList(),
                config.heads(),
                config.activation().operation(),
                config.epsilon());
    }

    DecoderConfig config() {
        return config;
    }

    /**
     * Computes logits.
     *
     * @param vectors (B, T, D)
     * @param mask (B, past + T), or null without padding
     * @param cache what is known of the tokens before, which the new ones are added to; null if
     *     there are none and none will follow
     * @param last how many of the last tokens to return, or 0 for all
     * @return (B, T or last, V), in the manager of the vectors
     */
    NDArray logits(
            NDArray vectors, @Nullable NDArray mask, @Nullable KeyValueCache cache, int last) {
        if (stack == null) {
            return recomputed.logits(vectors, mask, cache, last);
        }
        if (cache == null) {
            return DecoderOperations.get().decode(stack, vectors, mask, null, 0, last);
        }
        int past = cache.length();
        cache.grow(Math.toIntExact(vectors.getShape().get(1)));
        return DecoderOperations.get().decode(stack, vectors, mask, cache.arrays(), past, last);
    }

    /**
     * Computes the vectors that the head reads. The attention must be softmax.
     *
     * @param vectors (B, T, D)
     * @param mask (B, past + T), or null without padding
     * @param caches keys and values of each block, to which those of the vectors are written
     * @param past the number of tokens in the caches
     * @return (B, T, D), in the manager of the vectors
     */
    NDArray states(NDArray vectors, @Nullable NDArray mask, NativeArrays caches, long past) {
        DecoderOperations.Stack softmax = Objects.requireNonNull(headless, "softmax");
        return DecoderOperations.get()
                .decode(softmax, vectors, mask, caches, Math.toIntExact(past), 0);
    }

    /**
     * Applies the head.
     *
     * @param states (B, T, D), as of {@link #states}
     * @return (B, T, V), in the manager of the states
     */
    NDArray logits(NDArray states) {
        NDManager owner = states.getManager();
        try (NDManager scratch = owner.newSubManager()) {
            NDArray turned = head.transpose();
            turned.attach(scratch);
            NDArray logits = states.matMul(turned);
            logits.attach(owner);
            return logits;
        }
    }

    @Override
    public void close() {
        blocks.close();
        weights.close();
    }
}
