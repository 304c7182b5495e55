package io.forestage.spark.skipgram;

import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import java.io.Serializable;
import java.util.Iterator;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Adds to rows the mean of their text's token vectors.
 *
 * @param table the vectors of all tokens
 * @param width D
 * @param column the index of the texts
 * @param skipNulls whether rows without a text are left out
 */
record TextMeans(Broadcast<float[]> table, int width, int column, boolean skipNulls)
        implements Serializable {

    private static final long serialVersionUID = 1;

    Iterator<Row> of(Iterator<Row> rows) {
        TextTokenizer tokenizer = PackedTexts.openTokenizer();
        Iterable<Row> all = () -> rows;
        return StreamSupport.stream(all.spliterator(), false)
                .filter(row -> !(skipNulls && row.isNullAt(column)))
                .map(row -> with(row, tokenizer))
                .iterator();
    }

    private Row with(Row row, TextTokenizer tokenizer) {
        if (row.isNullAt(column)) {
            throw new IllegalArgumentException(
                    "%s: expected a text, found null in partition %d, row %s; correct the row, or set handleInvalid to skip"
                            .formatted(
                                    row.schema().fieldNames()[column],
                                    TaskContext.getPartitionId(),
                                    row));
        }
        long[] ids = tokenizer.encode(row.getString(column), SpecialTokens.AS_TEXT).ids();
        Object[] values = new Object[row.size() + 1];
        for (int i = 0; i < row.size(); i++) {
            values[i] = row.get(i);
        }
        values[row.size()] = Vectors.dense(mean(ids));
        return RowFactory.create(values);
    }

    private double[] mean(long[] ids) {
        float[] rows = table.value();
        double[] mean = new double[width];
        for (long id : ids) {
            for (int i = 0; i < width; i++) {
                mean[i] += (double) rows[(int) id * width + i] / ids.length;
            }
        }
        return mean;
    }
}
