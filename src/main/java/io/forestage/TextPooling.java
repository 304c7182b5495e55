package io.forestage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.tokens.BatchOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes one vector for each text. Rows are packed end to end, without pads, into batches of a
 * bounded number of tokens, whose rows are pooled in one native call: a text gets the same bits in
 * any batch.
 */
final class TextPooling {

    /** Of a batch: 25 MB of vectors for D = 768. A longer row has a batch of its own. */
    private static final int MAX_TOKENS = 8192;

    private final Block block;
    private final NDManager manager;
    private final VectorOptions options;
    private final float[][] vectors;

    private final List<Row> rows = new ArrayList<>();
    private final Map<Integer, Mean> means = new LinkedHashMap<>();
    private long tokens;
    private long waiting;

    private TextPooling(Block block, NDManager manager, VectorOptions options, int texts) {
        this.block = block;
        this.manager = manager;
        this.options = options;
        vectors = new float[texts][];
    }

    /** Computes the vectors of ids, of the shape with D behind it. */
    @FunctionalInterface
    interface Block {
        NDArray vectors(NDManager owner, long[] ids, long[] positionIds, Shape shape);
    }

    /**
     * A row that waits for its batch.
     *
     * @param text the index of its text
     * @param isWindow whether the text's vector is the mean of several rows
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Row(int text, long[] ids, boolean isWindow) {}

    /**
     * Computes the vectors of texts.
     *
     * @param manager owns each batch's arrays until the batch is done
     * @param ids the ids of each text
     * @param cutting how they become rows
     */
    static TextVectors of(
            Block block,
            NDManager manager,
            VectorOptions options,
            List<long[]> ids,
            BatchOptions cutting) {
        TextPooling texts = new TextPooling(block, manager, options, ids.size());
        List<long[]> embedded = new ArrayList<>(ids);
        for (int i = 0; i < ids.size(); i++) {
            Iterator<long[]> cut = cutting.rows(i, ids.get(i)).iterator();
            long[] row = cut.next();
            if (!cut.hasNext()) {
                embedded.set(i, row);
            }
            texts.add(i, row, cut);
        }
        texts.compute();
        texts.finishMeans();
        return new TextVectors(texts.vectors, texts.tokens, embedded);
    }

    private void add(int text, long[] first, Iterator<long[]> others) {
        long[] row = first;
        boolean isWindow = others.hasNext() && options.pooling() == Pooling.MEAN;
        while (others.hasNext()) {
            if (isWindow) {
                add(new Row(text, row, true));
            }
            row = others.next();
        }
        add(new Row(text, row, isWindow));
    }

    private void add(Row row) {
        long size = Math.max(1, row.ids().length);
        if (waiting > 0 && waiting + size > MAX_TOKENS) {
            compute();
        }
        rows.add(row);
        waiting += size;
        tokens += row.ids().length;
    }

    /** Computes the rows that wait. */
    private void compute() {
        if (rows.isEmpty()) {
            return;
        }
        try (NDManager owner = manager.newSubManager()) {
            RowBatch batch = new RowBatch(rows.stream().map(Row::ids).toList());
            NDArray pooled = batch.pool(owner, block, options.pooling());
            boolean windows = rows.stream().anyMatch(Row::isWindow);
            float[] values = windows || !options.normalize() ? pooled.toFloatArray() : new float[0];
            float[] finished =
                    options.normalize() ? Pooling.normalizedRows(pooled).toFloatArray() : values;
            int width = Math.toIntExact(pooled.getShape().get(1));
            for (int i = 0; i < rows.size(); i++) {
                Row row = rows.get(i);
                float[] vector = batch.vector(i, row.isWindow() ? values : finished, width);
                if (row.isWindow()) {
                    means.computeIfAbsent(row.text(), text -> new Mean(width)).add(vector);
                } else {
                    vectors[row.text()] = vector;
                }
            }
        }
        rows.clear();
        waiting = 0;
    }

    private void finishMeans() {
        means.forEach((text, mean) -> vectors[text] = mean.values());
        if (means.isEmpty() || !options.normalize()) {
            return;
        }
        try (NDManager owner = manager.newSubManager()) {
            int width = means.values().iterator().next().sum.length;
            float[] all = new float[Math.multiplyExact(means.size(), width)];
            int begin = 0;
            for (int text : means.keySet()) {
                System.arraycopy(vectors[text], 0, all, begin, width);
                begin += width;
            }
            float[] normalized =
                    Pooling.normalizedRows(owner.create(all, new Shape(means.size(), width)))
                            .toFloatArray();
            begin = 0;
            for (int text : means.keySet()) {
                vectors[text] = Arrays.copyOfRange(normalized, begin, begin + width);
                begin += width;
            }
        }
    }

    /** The mean of a text's windows, summed up in float64 since they come in several batches. */
    private static final class Mean {

        private final double[] sum;
        private int count;

        Mean(int width) {
            sum = new double[width];
        }

        void add(float[] vector) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += vector[i];
            }
            count++;
        }

        float[] values() {
            float[] mean = new float[sum.length];
            for (int i = 0; i < mean.length; i++) {
                mean[i] = (float) (sum[i] / count);
            }
            return mean;
        }
    }
}
