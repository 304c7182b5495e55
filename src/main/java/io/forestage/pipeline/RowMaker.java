package io.forestage.pipeline;

import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows of a request from its texts or ids. Ids are checked here, on the host and per
 * request, so that an invalid one is named and does not fail other requests of the batch.
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

    /**
     * The token ids of a request, one row for each text, before long ones are cut.
     *
     * @param ids the ids, row by row
     * @param single true for one text, false for a list
     * @param name the word before a row's number in messages
     */
    record WholeRows(List<long[]> ids, boolean single, String name) {

        /** The number of tokens after cutting; with windows many more than before. */
        long tokensAfter(OnTooLong way) {
            long tokens = 0;
            for (long[] row : ids) {
                tokens += row.length;
                if (way instanceof OnTooLong.Windows windows && row.length > windows.length()) {
                    long steps = -Math.floorDiv(windows.length() - row.length, windows.stride());
                    tokens += steps * (windows.length() - windows.stride());
                }
            }
            return tokens;
        }

        /** Cuts the rows by the options. */
        TokenRows cut(PipelineOptions options) {
            List<long[]> rows = new ArrayList<>();
            List<Integer> texts = new ArrayList<>();
            for (int text = 0; text < ids.size(); text++) {
                for (long[] row : cut(text, options)) {
                    rows.add(row);
                    texts.add(text);
                }
            }
            return new TokenRows(rows, texts, single, options);
        }

        private List<long[]> cut(int text, PipelineOptions options) {
            long[] row = ids.get(text);
            int max = options.rows().maxLength();
            OnTooLong way = options.rows().onTooLong();
            if (way instanceof OnTooLong.Windows windows) {
                return windows.cut(row);
            }
            if (row.length <= max) {
                return List.of(row);
            }
            if (way instanceof OnTooLong.Truncate) {
                return List.of(Arrays.copyOf(row, max));
            }
            throw new IllegalArgumentException(
                    "%s %d: expected at most %d tokens (maxLength), found %d; shorten it, or set onTooLong to truncate or windows"
                            .formatted(name, text, max, row.length));
        }
    }
}
