package io.forestage.pipeline;

import io.forestage.Pooling;
import io.forestage.pipeline.PipelineOptions.Padding;
import io.forestage.tokens.TokenBatch;
import java.util.List;

/**
 * The token ids of one request.
 *
 * @param batch the rows
 * @param single true for one text, false for a list
 * @param padding the length of the rows of the result
 * @param options how it is processed
 */
record TokenRows(TokenBatch batch, boolean single, Padding padding, PipelineOptions options) {

    /** What the block computes: one padded batch, or each row alone if no pad is in the result. */
    List<TokenBatch> parts() {
        return isPadded() ? List.of(padded()) : batch.rows();
    }

    /** The tokens of the parts, pads included. */
    long tokens() {
        if (isPadded()) {
            return (long) batch.batchSize() * paddedLength();
        }
        long tokens = 0;
        for (int row = 0; row < batch.batchSize(); row++) {
            tokens += batch.rowLength(row);
        }
        return tokens;
    }

    boolean isPooled() {
        return options.pooling() != Pooling.NONE;
    }

    /** Whether the result has rows of one length. */
    boolean isPadded() {
        return !isPooled() && padding != Padding.NONE;
    }

    private TokenBatch padded() {
        return batch.paddedTo(paddedLength());
    }

    private int paddedLength() {
        return padding == Padding.MAX_LENGTH ? options.rows().maxLength() : batch.length();
    }
}
