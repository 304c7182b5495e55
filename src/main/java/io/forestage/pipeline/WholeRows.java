package io.forestage.pipeline;

import io.forestage.tokens.OnTooLong;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The token ids of a request, one row for each text, before those that are too long are cut.
 *
 * @param ids the ids, row by row
 * @param single whether the request is one text and not a list
 * @param name what messages call a row, before its number
 */
record WholeRows(List<long[]> ids, boolean single, String name) {

    /** How many tokens the rows have after they are cut: many more than before, in windows. */
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

    /** The rows as the options want them. */
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
        int most = options.rows().maxLength();
        OnTooLong way = options.rows().onTooLong();
        if (way instanceof OnTooLong.Windows windows) {
            return windows.cut(row);
        }
        if (row.length <= most) {
            return List.of(row);
        }
        if (way instanceof OnTooLong.Truncate) {
            return List.of(Arrays.copyOf(row, most));
        }
        throw new IllegalArgumentException(
                "%s %d: expected at most %d tokens (maxLength), found %d; shorten it, or set onTooLong to truncate or windows"
                        .formatted(name, text, most, row.length));
    }
}
