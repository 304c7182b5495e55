package io.forestage.spark.skipgram;

import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Adds to rows the mean of their text's token vectors, in place of the text's bytes behind them.
 *
 * @param table the vectors of all tokens
 * @param width D
 * @param column the column of texts, for messages
 * @param skipInvalid whether rows whose text is null or not UTF-8 are left out
 */
record TextMeans(Broadcast<float[]> table, int width, String column, boolean skipInvalid)
        implements Serializable {

    private static final long serialVersionUID = 1;

    Iterator<Row> of(Iterator<Row> rows) {
        TextTokenizer tokenizer = PackedTexts.openTokenizer();
        Iterable<Row> all = () -> rows;
        return StreamSupport.stream(all.spliterator(), false)
                .flatMap(row -> with(row, tokenizer).stream())
                .iterator();
    }

    private Optional<Row> with(Row row, TextTokenizer tokenizer) {
        int last = row.size() - 1;
        TextColumn.Text text = TextColumn.read(row, last);
        if (text.problem() != null) {
            if (skipInvalid) {
                return Optional.empty();
            }
            throw new IllegalArgumentException(
                    "%s: %s in partition %d, row %s; correct the row, or set handleInvalid to skip"
                            .formatted(column, text.problem(), TaskContext.getPartitionId(), row));
        }
        long[] ids = tokenizer.encode(text.value(), SpecialTokens.AS_TEXT).ids();
        Object[] values = new Object[row.size()];
        for (int i = 0; i < last; i++) {
            values[i] = row.get(i);
        }
        values[last] = Vectors.dense(mean(ids));
        return Optional.of(RowFactory.create(values));
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
