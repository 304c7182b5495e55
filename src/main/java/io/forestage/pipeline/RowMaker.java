package io.forestage.pipeline;

import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a request's rows of its texts or of ids that it brings. Ids are checked here, on the host
 * and for each request, so that a bad one names its place and no neighbour suffers.
 *
 * @param tokenizer the model's tokenizer
 * @param vocabulary V
 */
record RowMaker(TextTokenizer tokenizer, long vocabulary) {

    private static final String TEXT = "text";
    private static final String ROW = "ids, row";

    WholeRows ofText(String text, PipelineOptions options) {
        return ofTexts(Collections.singletonList(text), true, options);
    }

    WholeRows ofTexts(String @Nullable [] texts, PipelineOptions options) {
        return ofTexts(listOf(texts, "texts"), options);
    }

    WholeRows ofTexts(List<String> texts, PipelineOptions options) {
        return ofTexts(texts, false, options);
    }

    WholeRows ofIds(long[] ids) {
        return ofIds(Collections.singletonList(ids), true);
    }

    WholeRows ofIds(long @Nullable [][] rows) {
        return ofIds(listOf(rows, "ids"));
    }

    WholeRows ofIds(List<long[]> rows) {
        return ofIds(rows, false);
    }

    private WholeRows ofTexts(List<String> texts, boolean single, PipelineOptions options) {
        requireAny(texts, "texts");
        SpecialTokens meaning = options.rows().specialTokens();
        List<long[]> ids =
                tokenizer.encodeAll(texts, meaning).stream().map(TokenSequence::ids).toList();
        return new WholeRows(ids, single, TEXT);
    }

    private WholeRows ofIds(List<long[]> rows, boolean single) {
        requireAny(rows, "ids");
        for (int row = 0; row < rows.size(); row++) {
            check(rows.get(row), row);
        }
        return new WholeRows(rows.stream().map(long[]::clone).toList(), single, ROW);
    }

    private void check(long @Nullable [] ids, int row) {
        if (ids == null) {
            throw new IllegalArgumentException(
                    "%s %d: expected ids, found null".formatted(ROW, row));
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= vocabulary) {
                throw new IllegalArgumentException(
                        "%s %d, index %d: expected 0 to %d, found %d"
                                .formatted(ROW, row, i, vocabulary - 1, ids[i]));
            }
        }
    }

    private static <T> List<T> listOf(T @Nullable [] request, String name) {
        if (request == null) {
            throw new IllegalArgumentException(name + ": expected an array, found null");
        }
        return Arrays.asList(request);
    }

    private static void requireAny(List<?> rows, String name) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(name + ": expected at least one row, found none");
        }
    }
}
