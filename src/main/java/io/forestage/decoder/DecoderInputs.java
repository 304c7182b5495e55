package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.torch.NativeMemory;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a decoder's blocks, checked.
 *
 * @param vectors (B, T, D), a copy: a backward pass reads them after the caller may have closed its
 *     own
 * @param mask (B, T), 0 at padding, or null without padding
 */
record DecoderInputs(NDArray vectors, @Nullable NDArray mask) implements AutoCloseable {

    private static final Set<DataType> MASKS =
            Set.of(DataType.INT64, DataType.INT32, DataType.BOOLEAN);

    static DecoderInputs of(NDList inputs, int width) {
        NDArray vectors = inputs.isEmpty() ? null : inputs.get(0);
        if (vectors == null
                || inputs.size() > 2
                || vectors.getShape().dimension() != 3
                || vectors.getShape().get(2) != width) {
            throw new IllegalArgumentException(
                    "inputs: expected vectors (B, T, %d), and optionally an attention mask (B, T), found shapes %s"
                            .formatted(width, Arrays.toString(inputs.getShapes())));
        }
        NDArray mask = inputs.size() > 1 ? inputs.get(1) : null;
        if (mask != null) {
            requireMask(mask, vectors.getShape().slice(0, 2));
        }
        return new DecoderInputs(NativeMemory.copyOf(vectors), mask);
    }

    @Override
    public void close() {
        vectors.close();
    }

    private static void requireMask(NDArray mask, Shape expected) {
        if (!mask.getShape().equals(expected) || !MASKS.contains(mask.getDataType())) {
            throw new IllegalArgumentException(
                    "attention mask: expected %s of int32, int64 or boolean, found %s %s"
                            .formatted(expected, mask.getDataType(), mask.getShape()));
        }
    }
}
