package io.forestage.tokens;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Token ids of B rows, padded to one length T, with their attention mask and position ids.
 *
 * <p><b>Shapes.</b> ids, mask and position ids are int64 (B, T), row after row; B is at least 1,
 * and T is the longest row's length, 0 if every row is empty.
 *
 * <p><b>Pads.</b> A pad has the padding id, mask 0 and position 0, so that its vector is the one
 * that GPT-2 computes for the padding id at position 0. The mask hides it.
 *
 * <p><b>Hugging Face.</b> The mask is {@code attention_mask}: 1 for a token, 0 for padding. The
 * position ids are the ones that {@code generate} makes from the mask: its cumulative sum less one,
 * so that a row with padding on the left counts from its first token, and 0 at the padding.
 */
public final class TokenBatch {

    private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    /** The tokens of each row, laid out with pads only on request: one row may be much longer. */
    private final List<long[]> rows;

    private final int[] textIndexes;
    private final int length;
    private final PaddingSide side;
    private final long paddingId;

    private TokenBatch(
            List<long[]> rows, int[] textIndexes, int length, PaddingSide side, long paddingId) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("batch: expected at least one row, found none");
        }
        if ((long) rows.size() * length > MAX_ELEMENTS) {
            throw new IllegalArgumentException(
                    "batch: expected at most %d ids, found %d rows of %d; make smaller batches"
                            .formatted(MAX_ELEMENTS, rows.size(), length));
        }
        this.rows = rows;
        this.textIndexes = textIndexes;
        this.length = length;
        this.side = side;
        this.paddingId = paddingId;
    }

    /**
     * Makes a batch of given ids; every row counts as a text of its own.
     *
     * @param rows the ids, row by row; they are copied
     * @param side the side on which shorter rows are padded
     * @param paddingId the id of the pads
     * @return the batch
     * @throws IllegalArgumentException if there is no row, a row is null, an id is negative, or B ×
     *     T exceeds the size of an array
     */
    public static TokenBatch of(List<long[]> rows, PaddingSide side, long paddingId) {
        Objects.requireNonNull(side, "side");
        requireIds(rows);
        if (paddingId < 0) {
            throw new IllegalArgumentException(
                    "paddingId: expected 0 or more, found %d".formatted(paddingId));
        }
        int[] textIndexes = IntStream.range(0, rows.size()).toArray();
        List<long[]> copies = rows.stream().map(long[]::clone).toList();
        return new TokenBatch(copies, textIndexes, longest(copies), side, paddingId);
    }

    /**
     * Makes a batch of the ids of texts, as {@link TextTokenizer#encodeBatch} makes it of texts.
     *
     * @param texts the ids, text by text; they are copied
     * @param options the rows' maximum, the padding, and how longer texts are handled
     * @return the batch
     * @throws IllegalArgumentException if there is no text, one is null, an id is negative, a text
     *     is too long for {@link OnTooLong#reject()}, or B × T exceeds the size of an array
     */
    public static TokenBatch of(List<long[]> texts, BatchOptions options) {
        requireIds(texts);
        return cut(texts.stream().map(long[]::clone).toList(), options);
    }

    /** Cuts the ids of texts into rows; keeps the arrays. */
    static TokenBatch cut(List<long[]> texts, BatchOptions options) {
        List<long[]> rows = new ArrayList<>(texts.size());
        int[] textIndexes = new int[texts.size()];
        for (int text = 0; text < texts.size(); text++) {
            int before = rows.size();
            options.rows(text, texts.get(text)).forEach(rows::add);
            if (rows.size() > textIndexes.length) {
                textIndexes = Arrays.copyOf(textIndexes, rows.size() * 2);
            }
            Arrays.fill(textIndexes, before, rows.size(), text);
        }
        return new TokenBatch(
                rows,
                Arrays.copyOf(textIndexes, rows.size()),
                longest(rows),
                options.paddingSide(),
                options.paddingId());
    }

    private static void requireIds(List<long[]> rows) {
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

    private static int longest(List<long[]> rows) {
        int longest = 0;
        for (long[] row : rows) {
            longest = Math.max(longest, row.length);
        }
        return longest;
    }

    /**
     * Returns the rows one by one, without padding.
     *
     * @return a batch of one row for each row of this one
     */
    public List<TokenBatch> rows() {
        List<TokenBatch> each = new ArrayList<>(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            each.add(
                    new TokenBatch(
                            List.of(rows.get(row)),
                            new int[] {textIndexes[row]},
                            rows.get(row).length,
                            side,
                            paddingId));
        }
        return each;
    }

    /**
     * Returns this batch with longer rows, for a model of a fixed shape.
     *
     * @param newLength T, at least that of this batch
     * @return a batch of the same tokens with more padding
     * @throws IllegalArgumentException if a row is longer, or B × T exceeds the size of an array
     */
    public TokenBatch paddedTo(int newLength) {
        if (newLength < length) {
            throw new IllegalArgumentException(
                    "length: expected at least %d, the longest row's tokens, found %d"
                            .formatted(length, newLength));
        }
        return new TokenBatch(rows, textIndexes, newLength, side, paddingId);
    }

    /**
     * Returns the number of rows.
     *
     * @return B, at least 1
     */
    public int batchSize() {
        return rows.size();
    }

    /**
     * Returns the length of every row, padding included.
     *
     * @return T
     */
    public int length() {
        return length;
    }

    /**
     * Returns the ids.
     *
     * @return a new array, B × T values, row after row
     */
    public long[] ids() {
        long[] ids = new long[rows.size() * length];
        Arrays.fill(ids, paddingId);
        for (int row = 0; row < rows.size(); row++) {
            long[] tokens = rows.get(row);
            System.arraycopy(tokens, 0, ids, start(row), tokens.length);
        }
        return ids;
    }

    /**
     * Returns the attention mask.
     *
     * @return a new array, B × T values, row after row: 1 for a token, 0 for padding
     */
    public long[] attentionMask() {
        long[] mask = new long[rows.size() * length];
        for (int row = 0; row < rows.size(); row++) {
            int start = start(row);
            Arrays.fill(mask, start, start + rows.get(row).length, 1);
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
        long[] positions = new long[rows.size() * length];
        for (int row = 0; row < rows.size(); row++) {
            int start = start(row);
            for (int i = 0; i < rows.get(row).length; i++) {
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
        return textIndexes[row];
    }

    /**
     * Returns the tokens in a row that are not padding.
     *
     * @param row the row, from 0 to B − 1
     * @return their number, from 0 to T
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int rowLength(int row) {
        return rows.get(row).length;
    }

    /**
     * Returns the column of a row's first token, which padding on the left moves.
     *
     * @param row the row, from 0 to B − 1
     * @return the column, from 0 to T
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int firstToken(int row) {
        int tokens = rows.get(row).length;
        return side == PaddingSide.LEFT ? length - tokens : 0;
    }

    private int start(int row) {
        return row * length + firstToken(row);
    }
}
