package io.forestage.pipeline;

import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes a request's rows of its texts or of ids that it brings. Ids are checked here, on the host
 * and for each request, so that a bad one names its place and no neighbour suffers.
 *
 * @param tokenizer the model's tokenizer
 * @param vocabulary V
 */
record RowMaker(TextTokenizer tokenizer, long vocabulary) {

    TokenRows ofText(String text, PipelineOptions options) {
        return ofTexts(Collections.singletonList(text), true, options);
    }

    TokenRows ofTexts(List<String> texts, PipelineOptions options) {
        return ofTexts(texts, false, options);
    }

    TokenRows ofIds(long[] ids, PipelineOptions options) {
        return ofIds(Collections.singletonList(ids), true, options);
    }

    TokenRows ofIds(List<long[]> rows, PipelineOptions options) {
        return ofIds(rows, false, options);
    }

    /** How many tokens all windows of a text have, which may be far more than the text has. */
    long tokensOfWindows(String text, PipelineOptions options) {
        long tokens = tokenizer.encode(text, options.rows().specialTokens()).ids().length;
        OnTooLong.Windows windows = (OnTooLong.Windows) options.rows().onTooLong();
        long steps = (tokens - windows.length() + windows.stride() - 1) / windows.stride();
        return tokens <= windows.length() ? tokens : (1 + steps) * windows.length();
    }

    private TokenRows ofTexts(List<String> texts, boolean single, PipelineOptions options) {
        TokenBatch batch = tokenizer.encodeBatch(texts, options.rows());
        long[] ids = batch.ids();
        List<long[]> rows = new ArrayList<>();
        List<Integer> origins = new ArrayList<>();
        for (int row = 0; row < batch.batchSize(); row++) {
            int begin = row * batch.length() + batch.firstToken(row);
            rows.add(Arrays.copyOfRange(ids, begin, begin + batch.rowLength(row)));
            origins.add(batch.textIndex(row));
        }
        return new TokenRows(rows, origins, single, options);
    }

    private TokenRows ofIds(List<long[]> rows, boolean single, PipelineOptions options) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("ids: expected at least one row, found none");
        }
        List<long[]> kept = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            kept.add(checked(rows.get(row), row, options));
        }
        return new TokenRows(
                kept, IntStream.range(0, rows.size()).boxed().toList(), single, options);
    }

    private long[] checked(long[] ids, int row, PipelineOptions options) {
        if (ids == null) {
            throw new IllegalArgumentException(
                    "ids, row %d: expected ids, found null".formatted(row));
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= vocabulary) {
                throw new IllegalArgumentException(
                        "ids, row %d, index %d: expected 0 to %d, found %d"
                                .formatted(row, i, vocabulary - 1, ids[i]));
            }
        }
        int most = options.rows().maxLength();
        if (ids.length <= most) {
            return ids.clone();
        }
        return switch (TooLong.of(options.rows().onTooLong())) {
            case TRUNCATE -> Arrays.copyOf(ids, most);
            case WINDOWS ->
                    throw new IllegalArgumentException(
                            "ids, row %d: expected at most %d ids (maxLength), found %d; only texts are cut into windows, cut the ids before"
                                    .formatted(row, most, ids.length));
            case REJECT ->
                    throw new IllegalArgumentException(
                            "ids, row %d: expected at most %d ids (maxLength), found %d; shorten it, or set onTooLong=truncate"
                                    .formatted(row, most, ids.length));
        };
    }
}
