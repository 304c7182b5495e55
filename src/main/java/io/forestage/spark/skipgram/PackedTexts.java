package io.forestage.spark.skipgram;

import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.training.skipgram.PackedText;
import io.forestage.training.text.TextCut;

import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;

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
            if (!row.isNullAt(0)) {
                add(row.getString(0));
            } else if (!source.skipNulls()) {
                throw new IllegalArgumentException(
                        "%s: expected a text, found null in row %d of partition %d; correct the row, or set handleInvalid to skip"
                                .formatted(source.column(), read, TaskContext.getPartitionId()));
            }
        }
        return !ready.isEmpty();
    }

    private void add(String text) {
        for (String piece : TextCut.PARAGRAPHS.cut(text)) {
            long[] ids = tokenizer.encode(piece, SpecialTokens.AS_TEXT).ids();
            if (ids.length > 1) { // a single token has no pair
                ready.add(new PackedText(ids, source.seed()));
            }
        }
    }

    @Override
    public PackedText next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }
}
