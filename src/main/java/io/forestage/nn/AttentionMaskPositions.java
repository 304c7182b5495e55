package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** The positions that an attention mask implies. */
final class AttentionMaskPositions {

    private AttentionMaskPositions() {}

    static PositionIds derive(NDArray attentionMask, long length) {
        IndexArray mask = IndexArray.readMask(attentionMask);
        Shape shape = mask.shape();
        if (length < 0) {
            throw new IllegalArgumentException(
                    "length: expected a number of tokens, at least 0, found " + length);
        }
        int width = width(shape, length);
        int kept = Math.toIntExact(length);
        int rows = width == 0 ? 0 : mask.values().length / width;
        long[] positions = new long[rows * kept];
        for (int row = 0; row < rows; row++) {
            fillRow(mask.values(), row * width, width, positions, row * kept, kept);
        }
        Shape positionShape = shape.slice(0, shape.dimension() - 1).add(length);
        return DerivedPositions.of(positions, positionShape);
    }

    private static int width(Shape shape, long length) {
        long width = shape.dimension() == 0 ? -1 : shape.get(shape.dimension() - 1);
        if (width < length) {
            throw new IllegalArgumentException(
                    "attention mask: expected a last dimension of at least "
                            + length
                            + ", the number of tokens (longer by the cached past), found shape "
                            + shape);
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
                positions[target + i - past] =
                        mask[begin + i] == 1 ? tokens - 1 : DerivedPositions.AT_A_PAD;
            }
        }
    }
}
