package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/** Computes the position of each token on the host. */
final class PositionRules {

    /** As in Hugging Face's generation since transformers 5 (1 before); attention ignores pads. */
    private static final long PAD_POSITION = 0;

    private PositionRules() {}

    /** Computes positions from an attention mask. */
    static PositionIds fromAttentionMask(NDArray attentionMask, long length) {
        IndexArray mask = IndexArray.readMask(attentionMask);
        Shape shape = mask.shape();
        if (length < 0) {
            throw new IllegalArgumentException(
                    "length: expected a number of tokens, at least 0, found %d".formatted(length));
        }
        int width = width(shape, length);
        int kept = Math.toIntExact(length);
        int rows = width == 0 ? 0 : mask.values().length / width;
        long[] positions = new long[rows * kept];
        for (int row = 0; row < rows; row++) {
            fillRow(mask.values(), row * width, width, positions, row * kept, kept);
        }
        Shape positionShape = shape.slice(0, shape.dimension() - 1).add(length);
        return PositionIds.of(positions, positionShape);
    }

    private static int width(Shape shape, long length) {
        long width = shape.dimension() == 0 ? -1 : shape.get(shape.dimension() - 1);
        if (width < length) {
            throw new IllegalArgumentException(
                    "attention mask: expected a last dimension of at least %d, the number of tokens (plus the cached past), found shape %s"
                            .formatted(length, shape));
        }
        return Math.toIntExact(width);
    }

    private static void fillRow(
            long[] mask, int begin, int width, long[] positions, int target, int kept) {
        long tokens = 0;
        int past = width - kept;
        for (int i = 0; i < width; i++) {
            tokens += mask[begin + i];
            if (i >= past) {
                positions[target + i - past] = mask[begin + i] == 1 ? tokens - 1 : PAD_POSITION;
            }
        }
    }

    /** Computes positions in rows that hold several texts, one after the other. */
    static PositionIds packed(NDArray tokenIds, long endOfText, @Nullable NDArray attentionMask) {
        IndexArray ids = IndexArray.read("token ids", tokenIds);
        Shape shape = ids.shape();
        if (shape.dimension() == 0) {
            throw new IllegalArgumentException(
                    "token ids: expected shape (T) or (B, T), found a scalar");
        }
        if (endOfText < 0) {
            throw new IllegalArgumentException(
                    "endOfText: expected a token id, at least 0, found %d".formatted(endOfText));
        }
        long @Nullable [] mask = attentionMask == null ? null : mask(attentionMask, shape);
        long length = shape.get(shape.dimension() - 1);
        long[] positions = new long[ids.values().length];
        long next = 0;
        for (int i = 0; i < positions.length; i++) {
            if (i % length == 0) {
                next = 0;
            }
            if (mask != null && mask[i] == 0) {
                positions[i] = PAD_POSITION;
                continue;
            }
            positions[i] = next;
            next = ids.values()[i] == endOfText ? 0 : next + 1;
        }
        return PositionIds.of(positions, shape);
    }

    private static long[] mask(NDArray attentionMask, Shape expected) {
        IndexArray mask = IndexArray.readMask(attentionMask);
        if (!mask.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    "attention mask: expected the shape of the token ids, %s, found %s"
                            .formatted(expected, mask.shape()));
        }
        return mask.values();
    }
}
