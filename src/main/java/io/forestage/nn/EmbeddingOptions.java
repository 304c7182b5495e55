package io.forestage.nn;

import org.jspecify.annotations.Nullable;

/**
 * The checked options of a lookup that {@code torch.nn.Embedding} and {@code EmbeddingBag} share.
 *
 * @param paddingIdx the row that gets no gradient, counted from 0, or −1 for none
 * @param maxNorm the maximum norm of rows that are looked up, or null
 * @param normType the p of that norm
 * @param scaleGradByFreq whether a row's gradient is divided by its number of occurrences
 * @param sparse whether the gradient is a COO tensor
 */
record EmbeddingOptions(
        long paddingIdx,
        @Nullable Double maxNorm,
        double normType,
        boolean scaleGradByFreq,
        boolean sparse) {

    static final long NO_PADDING = -1;

    EmbeddingOptions {
        if (maxNorm != null && !(maxNorm >= 0)) {
            throw new IllegalArgumentException(
                    "maxNorm: expected at least 0, found %s".formatted(maxNorm));
        }
        if (Double.isNaN(normType)) {
            throw new IllegalArgumentException(
                    "normType: expected a number or infinity, found NaN");
        }
        if (sparse && scaleGradByFreq) {
            throw new IllegalArgumentException(
                    "scaleGradByFreq: expected false with sparse, because PyTorch does not scale"
                            + " sparse gradients, found true");
        }
    }

    /** Returns the options of a plain lookup. */
    static EmbeddingOptions none() {
        return new EmbeddingOptions(NO_PADDING, null, 2, false, false);
    }

    /** Returns the row of a padding index, which may be negative and then counts from the end. */
    static long row(@Nullable Long paddingIdx, long rows) {
        if (paddingIdx == null) {
            return NO_PADDING;
        }
        if (paddingIdx < -rows || paddingIdx >= rows) {
            throw new IllegalArgumentException(
                    "paddingIdx: expected -%d to %d, found %d"
                            .formatted(rows, rows - 1, paddingIdx));
        }
        return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
    }

    boolean hasPadding() {
        return paddingIdx != NO_PADDING;
    }

    /** Returns whether an option changes the gradient, which DJL's own lookup cannot do. */
    boolean changesGradient() {
        return hasPadding() || scaleGradByFreq;
    }
}
