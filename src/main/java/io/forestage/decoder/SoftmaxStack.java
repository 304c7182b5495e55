package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.forestage.decoder.attention.SoftmaxAttention;
import io.forestage.torch.DecoderOperations;
import io.forestage.torch.NativeArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of softmax attention, all in one native call. It computes the same values as the
 * blocks themselves, up to rounding.
 */
final class SoftmaxStack implements DecoderStack {

    private final DecoderConfig config;
    private final NDArray head;
    private final NativeArrays weights;
    private final NativeArrays blocks;
    private final DecoderOperations.Stack stack;
    private final DecoderOperations.Stack headless;

    SoftmaxStack(Gpt2Decoder decoder, SoftmaxAttention attention, NDArray head) {
        config = decoder.config();
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
        stack = stack(config, attention, weights);
        headless = stack(config, attention, blocks);
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

    @Override
    public NDArray logits(NDArray vectors) {
        return DecoderOperations.get().decode(stack, vectors, null, null, 0, 0);
    }

    @Override
    public DecoderState start(NDManager owner, int batch, int capacity) {
        return new KeyValueCache(stack, owner, config, batch, capacity);
    }

    /**
     * Computes the vectors that the head reads.
     *
     * @param vectors (B, T, D)
     * @param mask (B, past + T), or null without padding
     * @param caches keys and values of each block, to which those of the vectors are written
     * @param past the number of tokens in the caches
     * @return (B, T, D), in the manager of the vectors
     */
    NDArray states(NDArray vectors, @Nullable NDArray mask, NativeArrays caches, long past) {
        return DecoderOperations.get()
                .decode(headless, vectors, mask, caches, Math.toIntExact(past), 0);
    }

    /**
     * Applies the head.
     *
     * @param states (B, T, D), as of {@link #states}
     * @return (B, T, V), in the manager of the states
     */
    NDArray head(NDArray states) {
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
