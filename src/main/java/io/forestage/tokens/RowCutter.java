package io.forestage.tokens;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes the rows of a batch from the ids of its texts, as {@link OnTooLong} says. */
final class RowCutter {

    private final BatchOptions options;
    private final List<long[]> rows = new ArrayList<>();
    private final List<Integer> textIndexes = new ArrayList<>();

    RowCutter(BatchOptions options) {
        this.options = options;
    }

    void add(int textIndex, long[] ids) {
        if (options.onTooLong() instanceof OnTooLong.Windows windows) {
            windows.cut(ids).forEach(row -> addRow(textIndex, row));
        } else if (ids.length <= options.maxLength()) {
            addRow(textIndex, ids);
        } else if (options.onTooLong() instanceof OnTooLong.Truncate) {
            addRow(textIndex, Arrays.copyOf(ids, options.maxLength()));
        } else {
            throw new IllegalArgumentException(
                    "text %d has %d tokens, expected at most %d (maxLength); shorten it, or choose OnTooLong.truncate() or OnTooLong.windows(length, stride)"
                            .formatted(textIndex, ids.length, options.maxLength()));
        }
    }

    TokenBatch batch() {
        return TokenBatch.of(
                rows,
                textIndexes.stream().mapToInt(Integer::intValue).toArray(),
                options.paddingSide(),
                options.paddingId());
    }

    private void addRow(int textIndex, long[] ids) {
        rows.add(ids);
        textIndexes.add(textIndex);
    }
}
