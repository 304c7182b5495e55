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

/**
 * The blocks of softmax attention, all in one native call. It computes the same values as the
 * blocks themselves, up to rounding.
 */
final class SoftmaxStack implements DecoderStack {

    private final DecoderConfig config;
    private final NativeArrays weights;
    private final DecoderOperations.Stack stack;

    SoftmaxStack(Gpt2Decoder decoder, SoftmaxAttention attention, NDArray head) {
        config = decoder.config();
        NDManager manager = head.getManager();
        ParameterStore store = new ParameterStore(manager, false);
        List<NDArray> values = new ArrayList<>();
        for (Gpt2Decoder.NamedPart part : decoder.parts()) {
            values.add(part.part().weight(store, head.getDevice(), false));
            values.add(part.part().bias(store, head.getDevice(), false));
        }
        values.add(head);
        weights = NativeArrays.of(values);
        stack =
                new DecoderOperations.Stack(
                        weights,
                        IntStream.range(0, config.layers())
                                .mapToObj(layer -> attention.scale(layer, config.headWidth()))
                                .toList(),
                        config.heads(),
                        config.activation().operation(),
                        config.epsilon());
    }

    @Override
    public NDArray logits(NDArray vectors) {
        return DecoderOperations.get().decode(stack, vectors, null, null, 0, 0);
    }

    @Override
    public DecoderState start(NDManager owner, int batch, int capacity) {
        return new KeyValueCache(stack, owner, config, batch, capacity);
    }

    @Override
    public void close() {
        weights.close();
    }
}
