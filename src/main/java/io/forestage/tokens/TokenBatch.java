package io.forestage.tokens;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Token ids of B rows, filled up to one length T, with their attention mask and position ids.
 *
 * <p><b>Shapes.</b> ids, mask and position ids are int64 (B, T), row after row; B is at least 1,
 * and T is the longest row's length, 0 if every row is empty.
 *
 * <p><b>Hugging Face.</b> The mask is {@code attention_mask}: 1 for a token, 0 for padding. The
 * position ids are the ones that {@code generate} makes from the mask: its cumulative sum less one,
 * so that a row with padding on the left counts from its first token, and 0 at the padding.
 */
public final class TokenBatch {

    private final long[] ids;
    private final int[] rowLengths;
    private final int[] textIndexes;
    private final int length;
    private final PaddingSide side;

    private TokenBatch(
            long[] ids, int[] rowLengths, int[] textIndexes, int length, PaddingSide side) {
        this.ids = ids;
        this.rowLengths = rowLengths;
        this.textIndexes = textIndexes;
        this.length = length;
        this.side = side;
    }

    /**
     * Makes a batch of ids that are there already; every row counts as a text of its own.
     *
     * @param rows the ids, row by row; they are copied
     * @param side the side on which shorter rows are filled up
     * @param paddingId the id that fills them up
     * @return the batch
     * @throws IllegalArgumentException if there is no row, a row is null, an id is negative, or B ×
     *     T is more than an array holds
     */
    public static TokenBatch of(List<long[]> rows, PaddingSide side, long paddingId) {
        return of(rows, IntStream.range(0, rows.size()).toArray(), side, paddingId);
    }

    static TokenBatch of(List<long[]> rows, int[] textIndexes, PaddingSide side, long paddingId) {
        Objects.requireNonNull(side, "side");
        checkIds(rows, paddingId);
        int[] rowLengths = rows.stream().mapToInt(row -> row.length).toArray();
        int length = Arrays.stream(rowLengths).max().orElseThrow();
        long elements = (long) rows.size() * length;
        if (elements > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%d rows of %d tokens are more than one batch holds; make smaller batches"
                            .formatted(rows.size(), length));
        }
        long[] ids = new long[(int) elements];
        Arrays.fill(ids, paddingId);
        for (int row = 0; row < rowLengths.length; row++) {
            int padding = side == PaddingSide.LEFT ? length - rowLengths[row] : 0;
            System.arraycopy(rows.get(row), 0, ids, row * length + padding, rowLengths[row]);
        }
        return new TokenBatch(ids, rowLengths, textIndexes, length, side);
    }

    private static void checkIds(List<long[]> rows, long paddingId) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("a batch has at least one row, found none");
        }
        if (paddingId < 0) {
            throw new IllegalArgumentException(
                    "paddingId: expected 0 or more, found %d".formatted(paddingId));
        }
        for (int row = 0; row < rows.size(); row++) {
            long[] ids = rows.get(row);
            if (ids == null) {
                throw new IllegalArgumentException(
                        "row %d: expected ids, found null".formatted(row));
            }
            for (int i = 0; i < ids.length; i++) {
                if (ids[i] < 0) {
                    throw new IllegalArgumentException(
                            "row %d, index %d: expected an id of 0 or more, found %d"
                                    .formatted(row, i, ids[i]));
                }
            }
        }
    }

    /**
     * Returns the number of rows.
     *
     * @return B, at least 1
     */
    public int batchSize() {
        return rowLengths.length;
    }

    /**
     * Returns the length of every row, padding included.
     *
     * @return T, the longest row's tokens
     */
    public int length() {
        return length;
    }

    /**
     * Returns the ids.
     *
     * @return a copy, B × T values, row after row
     */
    public long[] ids() {
        return ids.clone();
    }

    /**
     * Returns the attention mask.
     *
     * @return a new array, B × T values, row after row: 1 for a token, 0 for padding
     */
    public long[] attentionMask() {
        long[] mask = new long[ids.length];
        for (int row = 0; row < rowLengths.length; row++) {
            int start = row * length + firstToken(row);
            Arrays.fill(mask, start, start + rowLengths[row], 1);
        }
        return mask;
    }

    /**
     * Returns the position ids.
     *
     * @return a new array, B × T values, row after row: 0, 1, 2, … for a row's tokens, 0 for
     *     padding
     */
    public long[] positionIds() {
        long[] positions = new long[ids.length];
        for (int row = 0; row < rowLengths.length; row++) {
            int start = row * length + firstToken(row);
            for (int i = 0; i < rowLengths[row]; i++) {
                positions[start + i] = i;
            }
        }
        return positions;
    }

    /**
     * Returns which text a row comes from; {@link OnTooLong.Windows} makes several rows of one
     * text.
     *
     * @param row the row, from 0 to B − 1
     * @return the text's index in the list that was encoded
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int textIndex(int row) {
        return textIndexes[Objects.checkIndex(row, rowLengths.length)];
    }

    /**
     * Returns the tokens in a row that are not padding.
     *
     * @param row the row, from 0 to B − 1
     * @return their number, from 0 to T
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int rowLength(int row) {
        return rowLengths[Objects.checkIndex(row, rowLengths.length)];
    }

    /**
     * Returns the column of a row's first token, which padding on the left moves.
     *
     * @param row the row, from 0 to B − 1
     * @return the column, from 0 to T
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int firstToken(int row) {
        Objects.checkIndex(row, rowLengths.length);
        return side == PaddingSide.LEFT ? length - rowLengths[row] : 0;
    }

    /** Makes the rows of a batch from the ids of its texts, as {@link OnTooLong} says. */
    static final class RowCutter {

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
}
