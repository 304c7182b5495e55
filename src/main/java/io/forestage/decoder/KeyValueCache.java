package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.decoder.attention.SoftmaxAttention;
import io.forestage.torch.NativeArrays;
import io.forestage.torch.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of the tokens so far, of every block: (B, H, C, d) each, with room for C
 * tokens, so that a further token is written in place. For another attention than softmax: the
 * vectors of the tokens so far.
 */
final class KeyValueCache implements AutoCloseable {

    private final NDManager manager;
    private final NativeArrays arrays;
    private final int capacity;
    private int length;
    private @Nullable NDArray vectors;

    KeyValueCache(NDManager owner, DecoderConfig config, int batch, int capacity) {
        this.capacity = capacity;
        manager = owner.newSubManager();
        Shape shape = new Shape(batch, config.heads(), capacity, config.headWidth());
        List<NDArray> keysAndValues = new ArrayList<>();
        boolean softmax = config.attention() instanceof SoftmaxAttention;
        for (int i = 0; softmax && i < 2 * config.layers(); i++) {
            keysAndValues.add(manager.create(shape, DataType.FLOAT32));
        }
        arrays = NativeArrays.of(keysAndValues);
    }

    NativeArrays arrays() {
        return arrays;
    }

    int length() {
        return length;
    }

    /** Adds vectors (B, T, D) and returns all so far, which the cache owns. */
    NDArray append(NDArray next) {
        grow(Math.toIntExact(next.getShape().get(1)));
        NDArray before = vectors;
        NDArray all = before == null ? NativeMemory.copyOf(next) : before.concat(next, 1);
        all.attach(manager);
        if (before != null) {
            before.close();
        }
        vectors = all;
        return all;
    }

    /** Counts tokens that are about to be written. */
    void grow(int tokens) {
        if (tokens > capacity - length) {
            throw new IllegalStateException(
                    "cache: expected room for %d tokens after %d, found a capacity of %d"
                            .formatted(tokens, length, capacity));
        }
        length += tokens;
    }

    @Override
    public void close() {
        arrays.close();
        manager.close();
    }
}
