package io.forestage.corpus;

import io.forestage.InputStage;
import io.forestage.support.Workers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Embeds lines, a part of a batch in each thread. */
final class LineEmbedder {

    /** A part with fewer is not worth a thread. */
    private static final int MIN_LINES = 32;

    private final TextsEmbedder texts;
    private final boolean skipBadLines;
    private final int threads = Runtime.getRuntime().availableProcessors();
    private final Workers workers = new Workers("forestage-corpus", threads, () -> {});

    LineEmbedder(InputStage stage, CorpusOptions options) {
        texts = new TextsEmbedder(stage, options);
        skipBadLines = options.skipBadLines();
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
        List<EmbeddedText> embedded = texts.embed(lines.stream().map(Line::text).toList());
        for (int i = 0; i < lines.size(); i++) {
            EmbeddedText text = embedded.get(i);
            results.add(
                    text.problem() == null
                            ? new EmbeddedLine(
                                    lines.get(i).place(), text.ids(), text.vectors(), null)
                            : bad(lines.get(i), text.problem(), text.cause()));
        }
    }

    private EmbeddedLine bad(Line line, String problem, @Nullable Exception cause)
            throws CorpusException {
        if (!skipBadLines) {
            throw new CorpusException("%s: %s".formatted(line.place(), problem), cause);
        }
        return EmbeddedLine.skipped(line, problem);
    }
}
