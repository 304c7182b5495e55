package io.forestage.nn;

import org.jspecify.annotations.Nullable;

/**
 * The options of a lookup that {@code torch.nn.Embedding} and {@code EmbeddingBag} share, checked.
 *
 * @param paddingIdx the row that gets no gradient, counted from 0, or −1
 * @param maxNorm the norm that looked-up rows are scaled down to, or null
 * @param normType the p of that norm
 * @param scaleGradByFreq whether a row's gradient is divided by its occurrences
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
            throw new IllegalArgumentException("maxNorm: expected at least 0, found " + maxNorm);
        }
        if (Double.isNaN(normType)) {
            throw new IllegalArgumentException(
                    "normType: expected a number or infinity, found NaN");
        }
        if (sparse && scaleGradByFreq) {
            throw new IllegalArgumentException(
                    "scaleGradByFreq: expected false with a sparse gradient, which PyTorch does not"
                            + " scale, found true");
        }
    }

    /** A lookup as it is. */
    static EmbeddingOptions none() {
        return new EmbeddingOptions(NO_PADDING, null, 2, false, false);
    }

    /** A padding index as PyTorch takes it, negative from the end, as a row of the table. */
    static long row(@Nullable Long paddingIdx, long rows) {
        if (paddingIdx == null) {
            return NO_PADDING;
        }
        if (paddingIdx < -rows || paddingIdx >= rows) {
            throw new IllegalArgumentException(
                    "paddingIdx: expected -"
                            + rows
                            + " to "
                            + (rows - 1)
                            + ", found "
                            + paddingIdx);
        }
        return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
    }

    boolean hasPadding() {
        return paddingIdx != NO_PADDING;
    }

    /** Whether the gradient needs more than DJL's own lookup records. */
    boolean shapesTheGradient() {
        return hasPadding() || scaleGradByFreq;
    }
}
