package io.forestage.spark.skipgram;

import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.training.skipgram.PackedText;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/** A partition's texts, cut at blank lines and tokenized. */
final class PackedTexts implements Iterator<PackedText> {

    private final Iterator<Row> rows;
    private final CorpusShards.Source source;
    private final TextTokenizer tokenizer;
    private final Queue<PackedText> ready = new ArrayDeque<>();
    private long read;

    PackedTexts(Iterator<Row> rows, CorpusShards.Source source) {
        this.rows = rows;
        this.source = source;
        tokenizer = openTokenizer();
    }

    /** Opens GPT-2's tokenizer until the running task ends. */
    static TextTokenizer openTokenizer() {
        try {
            TextTokenizer tokenizer = TextTokenizer.gpt2();
            TaskContext.get()
                    .addTaskCompletionListener((TaskCompletionListener) end -> tokenizer.close());
            return tokenizer;
        } catch (TokenizerFileException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && rows.hasNext()) {
            Row row = rows.next();
            read++;
            TextColumn.Text text = TextColumn.read(row, 0);
            if (text.problem() == null) {
                ready.addAll(PackedText.paragraphs(text.value(), tokenizer, source.seed()));
            } else if (!source.skipInvalid()) {
                throw new IllegalArgumentException(
                        "%s: %s in row %d of partition %d; correct the row, or set handleInvalid to skip"
                                .formatted(
                                        source.column(),
                                        text.problem(),
                                        read,
                                        TaskContext.getPartitionId()));
            }
        }
        return !ready.isEmpty();
    }

    @Override
    public PackedText next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }
}
