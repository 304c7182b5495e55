package io.forestage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.forestage.tokens.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Batches end to end, each with its own positions and without pads between them. A vector depends
 * only on its token and position, so a batch gets the same vectors as alone.
 *
 * @param parts the batches
 */
public record PackedRows(List<TokenBatch> parts) {

    /** Keeps the batches. */
    public PackedRows {
        parts = List.copyOf(parts);
    }

    /**
     * Returns the number of ids.
     *
     * @return N, the pads within a batch included
     */
    public long size() {
        return parts.stream().mapToLong(PackedRows::size).sum();
    }

    /**
     * Returns the ids.
     *
     * @return a new array (N)
     * @throws ArithmeticException if there are more than an array can have
     */
    public long[] ids() {
        return joined(TokenBatch::ids);
    }

    /**
     * Returns the attention mask.
     *
     * @return a new array (N): 1 for a token, 0 for padding
     * @throws ArithmeticException if there are more than an array can have
     */
    public long[] attentionMask() {
        return joined(TokenBatch::attentionMask);
    }

    /**
     * Returns the position ids.
     *
     * @return a new array (N); each row counts from 0
     * @throws ArithmeticException if there are more than an array can have
     */
    public long[] positionIds() {
        return joined(TokenBatch::positionIds);
    }

    /**
     * Splits vectors by batch.
     *
     * @param vectors (N, D)
     * @return (B, T, D) for each batch, views of the vectors
     * @throws IllegalStateException if there are not N vectors
     */
    public List<NDArray> split(NDArray vectors) {
        Shape shape = vectors.getShape();
        if (shape.dimension() != 2 || shape.get(0) != size()) {
            throw new IllegalStateException(
                    "vectors: expected shape (%d, D) of the input stage's block, found %s; put later layers into another model"
                            .formatted(size(), shape));
        }
        List<NDArray> each = new ArrayList<>(parts.size());
        long begin = 0;
        for (TokenBatch batch : parts) {
            long end = begin + size(batch);
            each.add(
                    vectors.get(new NDIndex().addSliceDim(begin, end))
                            .reshape(batch.batchSize(), batch.length(), shape.get(1)));
            begin = end;
        }
        return each;
    }

    private long[] joined(Function<TokenBatch, long[]> values) {
        long[] all = new long[Math.toIntExact(size())];
        int begin = 0;
        for (TokenBatch batch : parts) {
            long[] own = values.apply(batch);
            System.arraycopy(own, 0, all, begin, own.length);
            begin += own.length;
        }
        return all;
    }

    private static long size(TokenBatch batch) {
        return (long) batch.batchSize() * batch.length();
    }
}
