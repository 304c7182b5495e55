package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.torch.DecoderOperations;
import io.forestage.torch.NativeArrays;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What softmax attention needs of the tokens so far: the keys and values of every block, (B, H, C,
 * d) each, with room for C tokens, so that a further token is written in place.
 */
final class KeyValueCache implements DecoderState {

    private final DecoderOperations.Stack stack;
    private final NDManager manager;
    private final NativeArrays arrays;
    private final int capacity;
    private int length;

    KeyValueCache(
            DecoderOperations.Stack stack,
            NDManager owner,
            DecoderConfig config,
            int batch,
            int capacity) {
        this.stack = stack;
        this.capacity = capacity;
        manager = owner.newSubManager();
        Shape shape = new Shape(batch, config.heads(), capacity, config.headWidth());
        List<NDArray> keysAndValues = new ArrayList<>();
        for (int i = 0; i < 2 * config.layers(); i++) {
            keysAndValues.add(manager.create(shape, DataType.FLOAT32));
        }
        arrays = NativeArrays.of(keysAndValues);
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public NDArray next(NDArray vectors, @Nullable NDArray mask) {
        int past = length;
        int tokens = Math.toIntExact(vectors.getShape().get(1));
        if (tokens > capacity - past) {
            throw new IllegalStateException(
                    "cache: expected room for %d tokens after %d, found a capacity of %d"
                            .formatted(tokens, past, capacity));
        }
        length += tokens;
        return DecoderOperations.get().decode(stack, vectors, mask, arrays, past, 1);
    }

    @Override
    public void close() {
        arrays.close();
        manager.close();
    }
}
