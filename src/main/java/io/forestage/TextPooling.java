package io.forestage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.PaddingSide;
import io.forestage.tokens.TokenBatch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Computes one vector for each text. Rows are packed end to end, without pads, into batches of a
 * bounded number of tokens, and each is pooled alone: a text gets the same bits in any batch.
 */
final class TextPooling {

    /** Of a batch: 25 MB of vectors for D = 768. A longer row has a batch of its own. */
    private static final int MAX_TOKENS = 8192;

    private final Block block;
    private final NDManager manager;
    private final VectorOptions options;

    private final List<TokenBatch> rows = new ArrayList<>();
    private final List<Sink> sinks = new ArrayList<>();
    private long tokens;
    private long waiting;

    /**
     * Prepares a computation.
     *
     * @param manager owns each batch's arrays until the batch is done
     */
    TextPooling(Block block, NDManager manager, VectorOptions options) {
        this.block = block;
        this.manager = manager;
        this.options = options;
    }

    /** Computes the vectors of ids, of the shape with D behind it. */
    @FunctionalInterface
    interface Block {
        NDArray vectors(NDManager owner, long[] ids, long[] positionIds, Shape shape);
    }

    /** Receives a row's pooled vector (D). */
    @FunctionalInterface
    private interface Sink {
        void add(NDArray vector);
    }

    /**
     * Computes the vectors of texts.
     *
     * @param ids the ids of each text
     * @param cutting how they become rows
     */
    TextVectors of(List<long[]> ids, BatchOptions cutting) {
        float[][] vectors = new float[ids.size()][];
        List<long[]> embedded = new ArrayList<>(ids);
        for (int i = 0; i < vectors.length; i++) {
            int text = i;
            Iterator<long[]> cut = cutting.rows(i, ids.get(i)).iterator();
            long[] row = cut.next();
            if (!cut.hasNext()) {
                embedded.set(i, row);
                add(row, vector -> vectors[text] = finished(vector));
            } else if (options.pooling() == Pooling.LAST) {
                while (cut.hasNext()) {
                    row = cut.next();
                }
                add(row, vector -> vectors[text] = finished(vector));
            } else {
                Mean mean = new Mean();
                add(row, mean::add);
                while (cut.hasNext()) {
                    add(cut.next(), mean::add);
                }
                // In order, so that every window's vector is there by then.
                sinks.set(
                        sinks.size() - 1,
                        vector -> {
                            mean.add(vector);
                            vectors[text] = finished(mean.of(vector.getManager()));
                        });
            }
        }
        compute();
        return new TextVectors(vectors, tokens, embedded);
    }

    private void add(long[] ids, Sink sink) {
        long size = Math.max(1, ids.length);
        if (waiting > 0 && waiting + size > MAX_TOKENS) {
            compute();
        }
        rows.add(TokenBatch.of(List.of(ids), PaddingSide.RIGHT, 0));
        sinks.add(sink);
        waiting += size;
        tokens += ids.length;
    }

    /** Computes the rows that wait. */
    private void compute() {
        if (rows.isEmpty()) {
            return;
        }
        try (NDManager owner = manager.newSubManager()) {
            PackedRows packed = new PackedRows(rows);
            List<NDArray> each =
                    packed.split(
                            block.vectors(
                                    owner,
                                    packed.ids(),
                                    packed.positionIds(),
                                    new Shape(packed.size())));
            for (int i = 0; i < each.size(); i++) {
                sinks.get(i).add(options.pooling().pool(each.get(i).squeeze(0)));
            }
        }
        rows.clear();
        sinks.clear();
        waiting = 0;
    }

    private float[] finished(NDArray vector) {
        return (options.normalize() ? Pooling.normalized(vector) : vector).toFloatArray();
    }

    /** The mean of a text's windows, summed up in float64 since they come in several batches. */
    private static final class Mean {

        private double[] sum = new double[0];
        private int count;

        void add(NDArray vector) {
            float[] values = vector.toFloatArray();
            sum = count == 0 ? new double[values.length] : sum;
            for (int i = 0; i < sum.length; i++) {
                sum[i] += values[i];
            }
            count++;
        }

        NDArray of(NDManager owner) {
            float[] mean = new float[sum.length];
            for (int i = 0; i < mean.length; i++) {
                mean[i] = (float) (sum[i] / count);
            }
            return owner.create(mean);
        }
    }
}
