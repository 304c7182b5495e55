package io.forestage.tokens;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What becomes of a text that has more tokens than a batch's row may hold. Nothing is cut unless
 * the caller asks for it.
 */
public sealed interface OnTooLong {

    /** What may become of such a text, without the numbers. */
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
     * @return what becomes of a text
     */
    Kind kind();

    /**
     * Refuses the batch; the error names the text, its tokens and the maximum.
     *
     * @return the default way
     */
    static Reject reject() {
        return new Reject();
    }

    /**
     * Keeps a text's first tokens, as many as a row may hold, and drops the rest.
     *
     * @return the way that cuts
     */
    static Truncate truncate() {
        return new Truncate();
    }

    /**
     * Cuts a text into overlapping rows.
     *
     * @param length the tokens in a row
     * @param stride the tokens from one row's start to the next one's
     * @return the way that makes several rows of a text
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

    /** Keeps a text's first tokens, as many as a row may hold, and drops the rest. */
    record Truncate() implements OnTooLong {
        @Override
        public Kind kind() {
            return Kind.TRUNCATE;
        }
    }

    /**
     * Cuts a text into rows of {@code length} tokens, each starting {@code stride} tokens after the
     * one before. The last row may be shorter, and no row holds only what the row before it holds.
     * A text of up to {@code length} tokens is one row; an empty text is one empty row.
     *
     * <p>The stride is the step between two starts, as in GPT training loops; in Hugging Face's
     * tokenizers a stride of {@code s} is the overlap, which here is {@code length - s}.
     *
     * @param length the tokens in a row
     * @param stride the tokens from one row's start to the next one's; {@code length} leaves no
     *     overlap
     */
    record Windows(int length, int stride) implements OnTooLong {

        /**
         * Checks the two numbers.
         *
         * @param length the tokens in a row
         * @param stride the tokens from one row's start to the next one's
         * @throws IllegalArgumentException unless {@code 1 <= stride <= length}
         */
        public Windows {
            if (stride < 1 || stride > length) {
                throw new IllegalArgumentException(
                        "windows(length = %d, stride = %d): expected 1 <= stride <= length; a larger stride would skip tokens"
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
            List<long[]> rows = new ArrayList<>();
            // long, because a start near the last id plus a stride may pass the largest int.
            for (long start = 0; ; start += stride) {
                long end = Math.min(start + length, ids.length);
                rows.add(Arrays.copyOfRange(ids, (int) start, (int) end));
                if (end == ids.length) {
                    return rows;
                }
            }
        }
    }
}
