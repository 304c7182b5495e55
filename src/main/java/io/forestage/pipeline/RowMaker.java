package io.forestage.pipeline;

import io.forestage.pipeline.PipelineOptions.Padding;
import io.forestage.support.IndexRange;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenBatch;
import io.forestage.tokens.TokenSequence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows of a request from its texts or ids. Ids are checked here, on the host and per
 * request, so that an invalid one is named and does not fail other requests of the batch.
 *
 * @param tokenizer the model's tokenizer, or null
 * @param problem why there is none: the answer to requests with texts
 * @param vocabulary V
 */
record RowMaker(@Nullable TextTokenizer tokenizer, String problem, long vocabulary) {

    /** Makes the rows; refuses invalid texts and ids, and more tokens than the limits allow. */
    TokenRows rows(
            RequestBody body, PipelineOptions options, Padding padding, RequestLimits limits) {
        List<String> texts = body.texts();
        List<long[]> ids =
                texts == null ? checked(body.ids()) : encode(texts, options.rows().specialTokens());
        // Before cutting: windows of a small body can take gigabytes.
        limits.requireTokens(tokensAfterCutting(ids, options.rows()));
        TokenRows rows =
                new TokenRows(TokenBatch.of(ids, options.rows()), body.single(), padding, options);
        limits.requireTokens(rows.tokens());
        return rows;
    }

    private List<long[]> encode(List<String> texts, SpecialTokens meaning) {
        requireAny(texts, "texts");
        if (tokenizer == null) {
            throw new IllegalArgumentException(problem);
        }
        List<long[]> rows =
                tokenizer.encodeAll(texts, meaning).stream().map(TokenSequence::ids).toList();
        // A tokenizer may have more tokens than the table has rows.
        return tokenizer.vocabularySize() > vocabulary ? checked(rows) : rows;
    }

    private List<long[]> checked(List<long[]> rows) {
        requireAny(rows, "ids");
        for (int row = 0; row < rows.size(); row++) {
            long[] ids = rows.get(row);
            if (ids == null) {
                throw new IllegalArgumentException(
                        "row %d: expected ids, found null".formatted(row));
            }
            int number = row;
            IndexRange.requireBelow(
                    "token ids",
                    ids,
                    vocabulary,
                    i -> "[%d, %d]".formatted(number, i),
                    "the model's vocabulary");
        }
        return rows;
    }

    private static long tokensAfterCutting(List<long[]> ids, BatchOptions options) {
        OnTooLong.Windows windows =
                options.onTooLong() instanceof OnTooLong.Windows cutting ? cutting : null;
        return ids.stream()
                .mapToLong(
                        row ->
                                windows == null
                                        ? row.length
                                        : windows.tokensAfterCutting(row.length))
                .sum();
    }

    private static void requireAny(List<?> rows, String name) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(name + ": expected at least one row, found none");
        }
    }
}
