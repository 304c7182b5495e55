package io.forestage.spark;

import io.forestage.Pooling;
import io.forestage.corpus.EmbeddedText;
import io.forestage.support.Utf8;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** A partition's rows with their vectors, embedded some at a time. */
final class EmbeddedRows implements Iterator<Row> {

    /** Enough that starting each batch costs nothing, and few enough that a row waits little. */
    private static final int MAX_ROWS = 256;

    /** With a vector for each token, a row of GPT-2 may have 3 MB. */
    private static final int MAX_ROWS_OF_TOKENS = 16;

    private static final int MAX_BYTES = 1 << 20;
    private static final String NO_TEXT = "expected a text, found null";

    private final Iterator<Row> rows;
    private final EmbedPlan plan;
    private final EmbedTask task;
    private final Queue<Row> ready = new ArrayDeque<>();
    private long read;

    EmbeddedRows(Iterator<Row> rows, EmbedPlan plan) {
        this.rows = rows;
        this.plan = plan;
        task = EmbedTask.start(plan);
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && rows.hasNext()) {
            embedSome();
        }
        return !ready.isEmpty();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    private void embedSome() {
        int max = hasVectorsOfTokens() ? MAX_ROWS_OF_TOKENS : MAX_ROWS;
        long first = read;
        int bytes = 0;
        List<Row> some = new ArrayList<>();
        List<@Nullable String> problems = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        while (some.size() < max && bytes < MAX_BYTES && rows.hasNext()) {
            Row row = rows.next();
            some.add(row);
            read++;
            byte[] text = row.isNullAt(plan.input()) ? null : row.getAs(plan.input());
            String problem = text == null ? NO_TEXT : null;
            if (text != null) {
                bytes += text.length;
                try {
                    texts.add(Utf8.decode(text));
                } catch (IllegalArgumentException notUtf8) {
                    problem = String.valueOf(notUtf8.getMessage());
                }
            }
            problems.add(problem);
        }
        Iterator<EmbeddedText> embedded = task.embed(texts).iterator();
        for (int i = 0; i < some.size(); i++) {
            String problem = problems.get(i);
            EmbeddedText text = problem == null ? embedded.next() : null;
            if (text == null || text.problem() != null) {
                addInvalid(
                        first + i,
                        some.get(i),
                        text == null ? String.valueOf(problem) : String.valueOf(text.problem()));
            } else {
                ready.add(with(some.get(i), vectors(text), text.ids(), null));
            }
        }
    }

    private void addInvalid(long index, Row row, String problem) {
        switch (plan.invalid()) {
            case ERROR -> {
                byte[] text = row.isNullAt(plan.input()) ? null : row.getAs(plan.input());
                throw new IllegalArgumentException(
                        "%s: %s; correct the row, or set handleInvalid to skip or keep"
                                .formatted(EmbedTask.row(index, text), problem));
            }
            case SKIP -> {}
            case KEEP -> ready.add(with(row, null, null, problem));
        }
    }

    /** The row with the plan's columns behind its own. */
    private Row with(
            Row row, @Nullable Object vectors, long @Nullable [] ids, @Nullable String problem) {
        Object[] values = new Object[row.size() + 3];
        int size = row.size();
        for (int i = 0; i < size; i++) {
            values[i] = row.get(i);
        }
        if (plan.hasVectors()) {
            values[size++] = vectors;
        }
        if (plan.hasIds()) {
            values[size++] = ids;
        }
        if (plan.hasProblems()) {
            values[size++] = problem;
        }
        return RowFactory.create(Arrays.copyOf(values, size));
    }

    private boolean hasVectorsOfTokens() {
        return plan.hasVectors() && plan.options().pooling() == Pooling.NONE;
    }

    private Object vectors(EmbeddedText text) {
        float[] values = text.vectors();
        if (hasVectorsOfTokens()) {
            float[][] each = new float[text.ids().length][];
            int width = each.length == 0 ? 0 : values.length / each.length;
            for (int i = 0; i < each.length; i++) {
                each[i] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
            }
            return each;
        }
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return Vectors.dense(wide);
    }
}
