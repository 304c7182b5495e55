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
            addWindows(textIndex, ids, windows);
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

    private void addWindows(int textIndex, long[] ids, OnTooLong.Windows windows) {
        int length = windows.length();
        // long, because a start near the last id plus a stride may pass the largest int.
        for (long start = 0; ; start += windows.stride()) {
            long end = Math.min(start + length, ids.length);
            addRow(textIndex, Arrays.copyOfRange(ids, (int) start, (int) end));
            if (end == ids.length) {
                return;
            }
        }
    }

    private void addRow(int textIndex, long[] ids) {
        rows.add(ids);
        textIndexes.add(textIndex);
    }
}
