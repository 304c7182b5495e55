package io.forestage.corpus;

import ai.djl.ndarray.NDArray;
import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.Pooling;
import io.forestage.TextVectors;
import io.forestage.VectorOptions;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.PaddingSide;
import io.forestage.tokens.TokenBatch;
import io.forestage.tokens.TokenSequence;
import io.forestage.tokens.TooLongException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * Embeds texts. One that cannot be embedded is found by halves, and does not stop the others. A
 * text gets the same bits in any batch. It is thread-safe.
 */
public final class TextsEmbedder {

    /** Of one text with a vector for each token: 1 GB. */
    private static final int MAX_VALUES = 1 << 28;

    private final InputStage stage;
    private final CorpusOptions options;

    /**
     * Makes the embedder.
     *
     * @param stage the stage, which stays the caller's
     * @param options how a text becomes vectors; whether bad lines are skipped does not matter
     */
    public TextsEmbedder(InputStage stage, CorpusOptions options) {
        this.stage = stage;
        this.options = options;
    }

    /**
     * Embeds texts.
     *
     * @param texts the texts, none or more
     * @return each text's ids and vectors, or its problem, in the texts' order
     */
    public List<EmbeddedText> embed(List<String> texts) {
        List<EmbeddedText> results = new ArrayList<>(texts.size());
        byHalves(texts, options.pooling() == Pooling.NONE ? this::each : this::pooled, results);
        return results;
    }

    /**
     * Computes the ids that {@link #embed} would embed, and no vectors. Whether the table has a row
     * for each is not looked at; an overlap of windows counts once.
     *
     * @param texts the texts, none or more
     * @return each text's ids or its problem, in the texts' order
     */
    public List<EmbeddedText> ids(List<String> texts) {
        List<EmbeddedText> results = new ArrayList<>(texts.size());
        byHalves(texts, this::idsOnly, results);
        return results;
    }

    /** Returns a problem in the words of one text among many. */
    static String problem(IllegalArgumentException refused) {
        if (refused instanceof TooLongException length) {
            return "expected at most %d tokens, found %d; shorten it, or have long texts cut or read in windows"
                    .formatted(length.maximum(), length.tokens());
        }
        String message = String.valueOf(refused.getMessage());
        return message.replaceFirst("^text 0: ", "");
    }

    private static void byHalves(
            List<String> texts,
            Function<List<String>, List<EmbeddedText>> work,
            List<EmbeddedText> results) {
        if (texts.isEmpty()) {
            return;
        }
        List<EmbeddedText> embedded;
        try {
            embedded = work.apply(texts);
        } catch (IllegalArgumentException refused) {
            int half = texts.size() / 2;
            if (half == 0) {
                results.add(new EmbeddedText(new long[0], new float[0], refused));
            } else {
                byHalves(texts.subList(0, half), work, results);
                byHalves(texts.subList(half, texts.size()), work, results);
            }
            return;
        }
        results.addAll(embedded);
    }

    private List<EmbeddedText> pooled(List<String> texts) {
        TextVectors result =
                stage.vectorsAndTokens(
                        texts,
                        new VectorOptions(
                                options.pooling(),
                                options.normalize(),
                                options.onTooLong(),
                                options.specialTokens()));
        List<EmbeddedText> embedded = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            embedded.add(new EmbeddedText(result.ids().get(i), result.vectors()[i], null));
        }
        return embedded;
    }

    private List<EmbeddedText> each(List<String> texts) {
        List<EmbeddedText> embedded = new ArrayList<>(texts.size());
        List<TokenSequence> tokens = stage.tokenizer().encodeAll(texts, options.specialTokens());
        for (int i = 0; i < texts.size(); i++) {
            embedded.add(vectorsOf(cutting().rows(i, tokens.get(i).ids()).toList()));
        }
        return embedded;
    }

    private List<EmbeddedText> idsOnly(List<String> texts) {
        List<EmbeddedText> embedded = new ArrayList<>(texts.size());
        List<TokenSequence> tokens = stage.tokenizer().encodeAll(texts, options.specialTokens());
        for (int i = 0; i < texts.size(); i++) {
            long[] all = tokens.get(i).ids();
            Iterator<long[]> rows = cutting().rows(i, all).iterator();
            long[] first = rows.next();
            embedded.add(new EmbeddedText(rows.hasNext() ? all : first, new float[0], null));
        }
        return embedded;
    }

    private BatchOptions cutting() {
        return stage.batchOptions().withOnTooLong(options.onTooLong());
    }

    /** The vectors of the rows of one text, end to end. */
    private EmbeddedText vectorsOf(List<long[]> rows) {
        int count = rows.stream().mapToInt(row -> row.length).sum();
        int width = Math.toIntExact(stage.config().nEmbd());
        if ((long) count * width > MAX_VALUES) {
            throw new IllegalArgumentException(
                    "expected at most %d tokens with a vector each, found %d; break the text up, or pool its vectors"
                            .formatted(MAX_VALUES / width, count));
        }
        long[] ids = new long[count];
        float[] vectors = new float[count * width];
        int done = 0;
        for (long[] row : rows) {
            if (row.length > 0) {
                try (Embeddings result =
                        stage.embed(TokenBatch.of(List.of(row), PaddingSide.RIGHT, 0))) {
                    float[] values = values(result.embeddings());
                    System.arraycopy(values, 0, vectors, done * width, values.length);
                }
                System.arraycopy(row, 0, ids, done, row.length);
                done += row.length;
            }
        }
        return new EmbeddedText(ids, vectors, null);
    }

    private float[] values(NDArray vectors) {
        return options.normalize()
                ? Pooling.normalized(vectors).toFloatArray()
                : vectors.toFloatArray();
    }
}
