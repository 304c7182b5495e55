package io.forestage.cli;

import ai.djl.ndarray.NDArray;
import io.forestage.Embeddings;
import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.TextTable;
import io.forestage.support.Quoted;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenBatch;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints a batch, a table for each row, without the padding. */
final class EmbeddingsTable {

    /** The number of values shown of a vector. */
    private static final int MAX_VALUES = 4;

    /** More than a sentence. */
    private static final int MAX_TITLE = 1000;

    private final @Nullable TextTokenizer tokenizer;
    private final PrintWriter out;

    EmbeddingsTable(@Nullable TextTokenizer tokenizer, PrintWriter out) {
        this.tokenizer = tokenizer;
        this.out = out;
    }

    /** Prints a batch; {@code texts} is empty for a batch of ids. */
    void print(List<String> texts, Embeddings embeddings) {
        TokenBatch batch = embeddings.batch();
        for (int row = 0; row < batch.batchSize(); row++) {
            if (row > 0) {
                out.println();
            }
            long width = embeddings.embeddings().getShape().get(2);
            out.printf(
                    "%s: %d token%s × %d%n",
                    texts.isEmpty() ? "row " + row : title(texts.get(batch.textIndex(row))),
                    batch.rowLength(row),
                    batch.rowLength(row) == 1 ? "" : "s",
                    width);
            if (batch.rowLength(row) > 0) {
                printRow(row, embeddings);
            }
        }
    }

    /** A text in full, or the beginning of a long one. */
    private static String title(String text) {
        return text.length() > MAX_TITLE ? Quoted.of(text) : PrintableText.quoted(text);
    }

    private void printRow(int row, Embeddings embeddings) {
        TokenBatch batch = embeddings.batch();
        TextTable table =
                new TextTable(
                        List.of(
                                TextTable.Align.RIGHT,
                                TextTable.Align.LEFT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.LEFT),
                        List.of("id", "token", "position", "norm", "first values"));
        long[] ids = batch.ids();
        long[] mask = batch.attentionMask();
        long[] positions = batch.positionIds();
        for (int column = 0; column < batch.length(); column++) {
            int i = row * batch.length() + column;
            if (mask[i] == 1) {
                float[] vector = vector(embeddings.embeddings(), row, column);
                table.add(
                        List.of(
                                Long.toString(ids[i]),
                                tokenizer == null ? "" : PrintableText.of(tokenizer, ids[i]),
                                Long.toString(positions[i]),
                                format(norm(vector)),
                                firstValues(vector)));
            }
        }
        table.print(out);
    }

    private static float[] vector(NDArray embeddings, int row, int column) {
        try (NDArray vector = embeddings.get(row, column)) {
            return vector.toFloatArray();
        }
    }

    private static double norm(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    private static String firstValues(float[] vector) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < Math.min(MAX_VALUES, vector.length); i++) {
            values.add("%8s".formatted(format(vector[i])));
        }
        return String.join(" ", values) + (vector.length > MAX_VALUES ? " …" : "");
    }

    private static String format(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
