package io.forestage.corpus;

import ai.djl.ndarray.NDArray;
import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.Pooling;
import io.forestage.TextVectors;
import io.forestage.VectorOptions;
import io.forestage.support.Workers;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.PaddingSide;
import io.forestage.tokens.TokenBatch;
import io.forestage.tokens.TokenSequence;
import io.forestage.tokens.TooLongException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Embeds lines, a part of a batch in each thread. One that cannot be embedded is found by halves,
 * and does not stop the others.
 */
final class LineEmbedder {

    /** Of one line with a vector for each token: 1 GB. */
    private static final int MAX_VALUES = 1 << 28;

    /** A part with fewer is not worth a thread. */
    private static final int MIN_LINES = 32;

    private final InputStage stage;
    private final CorpusOptions options;
    private final int threads = Runtime.getRuntime().availableProcessors();
    private final Workers workers = new Workers("forestage-corpus", threads, () -> {});

    LineEmbedder(InputStage stage, CorpusOptions options) {
        this.stage = stage;
        this.options = options;
    }

    /**
     * Embeds a batch.
     *
     * @throws CorpusException for the first line that cannot be embedded, unless such are skipped
     */
    List<EmbeddedLine> embed(List<Line> lines) throws CorpusException {
        int size = Math.max(MIN_LINES, (lines.size() + threads - 1) / threads);
        int count = (lines.size() + size - 1) / size;
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(new Part(lines.subList(i * size, Math.min((i + 1) * size, lines.size()))));
        }
        workers.run(count, i -> parts.get(i).run());
        List<EmbeddedLine> results = new ArrayList<>(lines.size());
        for (Part part : parts) {
            results.addAll(part.result());
        }
        return results;
    }

    /** Some lines of a batch. */
    private final class Part {

        private final List<Line> lines;
        private List<EmbeddedLine> results = List.of();
        private @Nullable CorpusException failure;

        Part(List<Line> lines) {
            this.lines = lines;
        }

        void run() {
            try {
                results = embedPart(lines);
            } catch (CorpusException bad) {
                failure = bad;
            }
        }

        List<EmbeddedLine> result() throws CorpusException {
            if (failure != null) {
                throw failure;
            }
            return results;
        }
    }

    private List<EmbeddedLine> embedPart(List<Line> lines) throws CorpusException {
        List<EmbeddedLine> results = new ArrayList<>(lines.size());
        int begin = 0;
        for (int i = 0; i <= lines.size(); i++) {
            boolean isBad = i < lines.size() && lines.get(i).problem() != null;
            if (i == lines.size() || isBad) {
                embed(lines.subList(begin, i), results);
                begin = i + 1;
            }
            if (isBad) {
                results.add(bad(lines.get(i), String.valueOf(lines.get(i).problem()), null));
            }
        }
        return results;
    }

    private void embed(List<Line> lines, List<EmbeddedLine> results) throws CorpusException {
        if (lines.isEmpty()) {
            return;
        }
        List<String> texts = lines.stream().map(Line::text).toList();
        List<EmbeddedLine> embedded;
        try {
            embedded =
                    options.pooling() == Pooling.NONE ? each(lines, texts) : pooled(lines, texts);
        } catch (IllegalArgumentException refused) {
            int half = lines.size() / 2;
            if (half == 0) {
                results.add(bad(lines.get(0), problem(refused), refused));
            } else {
                embed(lines.subList(0, half), results);
                embed(lines.subList(half, lines.size()), results);
            }
            return;
        }
        results.addAll(embedded);
    }

    private List<EmbeddedLine> pooled(List<Line> lines, List<String> texts) {
        TextVectors result =
                stage.vectorsAndTokens(
                        texts,
                        new VectorOptions(
                                options.pooling(),
                                options.normalize(),
                                options.onTooLong(),
                                options.specialTokens()));
        List<EmbeddedLine> embedded = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            embedded.add(
                    new EmbeddedLine(
                            lines.get(i).place(), result.ids().get(i), result.vectors()[i], null));
        }
        return embedded;
    }

    private List<EmbeddedLine> each(List<Line> lines, List<String> texts) {
        List<TokenSequence> tokens = stage.tokenizer().encodeAll(texts, options.specialTokens());
        BatchOptions cutting = stage.batchOptions().withOnTooLong(options.onTooLong());
        List<EmbeddedLine> embedded = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            embedded.add(each(lines.get(i), cutting.rows(i, tokens.get(i).ids()).toList()));
        }
        return embedded;
    }

    /** The vectors of the rows of one line, end to end. */
    private EmbeddedLine each(Line line, List<long[]> rows) {
        int width = Math.toIntExact(stage.config().nEmbd());
        int count = rows.stream().mapToInt(row -> row.length).sum();
        if ((long) count * width > MAX_VALUES) {
            throw new IllegalArgumentException(
                    "expected at most %d tokens with a vector each, found %d; break the line up, or pool its vectors"
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
        return new EmbeddedLine(line.place(), ids, vectors, null);
    }

    private float[] values(NDArray vectors) {
        return options.normalize()
                ? Pooling.normalized(vectors).toFloatArray()
                : vectors.toFloatArray();
    }

    private EmbeddedLine bad(Line line, String problem, @Nullable Exception cause)
            throws CorpusException {
        if (!options.skipBadLines()) {
            throw new CorpusException("%s: %s".formatted(line.place(), problem), cause);
        }
        return EmbeddedLine.skipped(line, problem);
    }

    private static String problem(IllegalArgumentException refused) {
        if (refused instanceof TooLongException length) {
            return "expected at most %d tokens, found %d; shorten the line, or have long lines cut or read in windows"
                    .formatted(length.maximum(), length.tokens());
        }
        String message = String.valueOf(refused.getMessage());
        return message.replaceFirst("^text 0: ", "");
    }
}
