package io.forestage.nn;

import ai.djl.ndarray.types.Shape;

/** Positions that were computed for each token, recognised where they are one run after all. */
final class DerivedPositions {

    /** As in Hugging Face's generation since transformers 5 (1 before); a mask hides it anyway. */
    static final long AT_A_PAD = 0;

    private DerivedPositions() {}

    static PositionIds of(long[] positions, Shape shape) {
        long length = shape.get(shape.dimension() - 1);
        return isOneRange(positions, length)
                ? PositionIds.range(positions[0], length)
                : new PositionIds.PerToken(IndexArray.of("position ids", positions, shape));
    }

    private static boolean isOneRange(long[] positions, long length) {
        if (positions.length == 0) {
            return false;
        }
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] != positions[0] + i % length) {
                return false;
            }
        }
        return true;
    }
}
