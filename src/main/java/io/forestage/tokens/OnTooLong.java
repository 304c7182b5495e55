package io.forestage.tokens;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How a text with more tokens than a row may hold is handled. Nothing is cut unless the caller asks
 * for it.
 */
public sealed interface OnTooLong {

    /** The kinds of handling, without their numbers. */
    enum Kind {
        /** {@link OnTooLong#reject}. */
        REJECT,
        /** {@link OnTooLong#truncate}. */
        TRUNCATE,
        /** {@link OnTooLong#windows}. */
        WINDOWS
    }

    /**
     * Returns the kind.
     *
     * @return the kind of this handling
     */
    Kind kind();

    /**
     * Refuses the batch; the error names the text, its tokens and the maximum.
     *
     * @return the default
     */
    static Reject reject() {
        return new Reject();
    }

    /**
     * Keeps as many of a text's first tokens as a row may hold and drops the rest.
     *
     * @return the handling that cuts
     */
    static Truncate truncate() {
        return new Truncate();
    }

    /**
     * Cuts a text into overlapping rows.
     *
     * @param length the tokens in a row
     * @param stride the tokens from one row's start to the next one's
     * @return the handling that makes several rows of a text
     * @throws IllegalArgumentException unless {@code 1 <= stride <= length}
     */
    static Windows windows(int length, int stride) {
        return new Windows(length, stride);
    }

    /** Refuses the batch; the error names the text, its tokens and the maximum. */
    record Reject() implements OnTooLong {
        @Override
        public Kind kind() {
            return Kind.REJECT;
        }
    }

    /** Keeps as many of a text's first tokens as a row may hold and drops the rest. */
    record Truncate() implements OnTooLong {
        @Override
        public Kind kind() {
            return Kind.TRUNCATE;
        }
    }

    /**
     * Cuts a text into rows of {@code length} tokens, each starting {@code stride} tokens after the
     * previous one. The last row may be shorter; every row has a token that the previous one lacks.
     * A text of up to {@code length} tokens is one row; an empty text is one empty row.
     *
     * <p>The stride is the distance between two starts, as in GPT training loops. In Hugging Face's
     * tokenizers the stride is the overlap, here {@code length - stride}.
     *
     * @param length the tokens in a row
     * @param stride the tokens from one row's start to the next one's; {@code length} leaves no
     *     overlap
     */
    record Windows(int length, int stride) implements OnTooLong {

        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException unless {@code 1 <= stride <= length}
         */
        public Windows {
            if (stride < 1 || stride > length) {
                throw new IllegalArgumentException(
                        "windows: expected 1 <= stride <= length, found length %d and stride %d; a larger stride would skip tokens"
                                .formatted(length, stride));
            }
        }

        @Override
        public Kind kind() {
            return Kind.WINDOWS;
        }

        /**
         * Counts the tokens of all rows, those in an overlap in each row.
         *
         * @param tokens the tokens of a text
         * @return their number after cutting
         */
        public long tokensAfterCutting(int tokens) {
            if (tokens <= length) {
                return tokens;
            }
            long laterRows = -Math.floorDiv(length - tokens, stride);
            return tokens + laterRows * (length - stride);
        }

        /**
         * Cuts ids.
         *
         * @param ids the ids of a text
         * @return the rows, at least one, in order
         */
        public List<long[]> cut(long[] ids) {
            return rows(ids).toList();
        }

        /** The rows, each made when it is read: all of them may be much more than the ids. */
        Stream<long[]> rows(long[] ids) {
            long later = Math.max(0, -Math.floorDiv((long) length - ids.length, stride));
            // long, since a start near the last id plus a length may exceed an int.
            return LongStream.rangeClosed(0, later)
                    .map(row -> row * stride)
                    .mapToObj(
                            start ->
                                    Arrays.copyOfRange(
                                            ids,
                                            (int) start,
                                            (int) Math.min(start + length, ids.length)));
        }
    }
}
