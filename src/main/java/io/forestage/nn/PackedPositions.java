package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/** The positions of rows that hold several texts, one after the other. */
final class PackedPositions {

    private PackedPositions() {}

    static PositionIds derive(NDArray tokenIds, long endOfText, @Nullable NDArray attentionMask) {
        IndexArray ids = IndexArray.read("token ids", tokenIds);
        Shape shape = ids.shape();
        if (shape.dimension() == 0) {
            throw new IllegalArgumentException(
                    "token ids: expected shape (T) or (B, T), found a scalar");
        }
        if (endOfText < 0) {
            throw new IllegalArgumentException(
                    "endOfText: expected a token id, at least 0, found " + endOfText);
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
                positions[i] = DerivedPositions.AT_A_PAD;
                continue;
            }
            positions[i] = next;
            next = ids.values()[i] == endOfText ? 0 : next + 1;
        }
        return DerivedPositions.of(positions, shape);
    }

    private static long[] mask(NDArray attentionMask, Shape expected) {
        IndexArray mask = IndexArray.readMask(attentionMask);
        if (!mask.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    "attention mask: expected the shape of the token ids, "
                            + expected
                            + ", found "
                            + mask.shape());
        }
        return mask.values();
    }
}
