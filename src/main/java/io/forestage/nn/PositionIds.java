package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.torch.NativeMemory;
import java.util.stream.LongStream;

/**
 * The position of each token of a batch.
 *
 * <p>Either one range of positions that all rows share ({@link #range}), for which a positional
 * embedding returns a slice, or a position for each token ({@link #of}, {@link #fromAttentionMask},
 * {@link #packed}), for which it does a lookup.
 */
public sealed interface PositionIds {

    /**
     * Returns the positions of a batch without padding.
     *
     * @param offset the first position: the number of cached tokens, or 0
     * @param length T, the number of tokens
     * @return offset, offset + 1, … offset + length − 1
     * @throws IllegalArgumentException if one of them is negative
     */
    static PositionIds range(long offset, long length) {
        return new Range(offset, length);
    }

    /**
     * Returns positions that are given one by one.
     *
     * @param positionIds int32 or int64, of the shape of the token ids, or (T)
     * @throws IllegalArgumentException if they are of another type
     */
    static PositionIds of(NDArray positionIds) {
        return new PerToken(IndexArray.read("position ids", positionIds));
    }

    /**
     * Returns positions that are given one by one, on the host.
     *
     * @param positionIds the positions, row after row
     * @param shape (…, T), the shape of the token ids
     * @return one range if all rows have the same consecutive positions, else each position
     * @throws IllegalArgumentException if their number is not that of the shape
     */
    static PositionIds of(long[] positionIds, Shape shape) {
        IndexArray positions = IndexArray.of("position ids", positionIds, shape);
        long length = shape.dimension() == 0 ? 0 : shape.get(shape.dimension() - 1);
        for (int i = 0; i < positionIds.length; i++) {
            if (length == 0 || positionIds[i] != positionIds[0] + i % length) {
                return new PerToken(positions);
            }
        }
        boolean isRange = positionIds.length > 0 && positionIds[0] >= 0;
        return isRange ? range(positionIds[0], length) : new PerToken(positions);
    }

    /**
     * Derives positions from an attention mask, as Hugging Face's generation does: the cumulative
     * sum of the mask − 1, and 0 at the pads. So the first token of a row padded on the left is at
     * position 0.
     *
     * @param attentionMask int32 or int64 of 0 and 1, or boolean, (…, S), where S ≥ T: a longer
     *     mask also covers a cached past
     * @param length T, the number of tokens, which are the last ones of the mask
     * @return a position for each of the last T columns
     * @throws IllegalArgumentException if T is negative, or the mask is shorter than T, of another
     *     type, or holds anything but 0 and 1
     */
    static PositionIds fromAttentionMask(NDArray attentionMask, long length) {
        return PositionRules.fromAttentionMask(attentionMask, length);
    }

    /**
     * Derives positions in rows that hold several texts: positions restart at 0 after each
     * separator, which belongs to the text before it. Megatron-LM's {@code reset_position_ids} does
     * the same.
     *
     * @param tokenIds int32 or int64 (…, T)
     * @param endOfText the separator's id; 50256 in GPT-2's vocabulary
     * @return a position for each token
     * @throws IllegalArgumentException if the ids are a scalar or of another type, or the
     *     separator's id is negative
     */
    static PositionIds packed(NDArray tokenIds, long endOfText) {
        return PositionRules.packed(tokenIds, endOfText, null);
    }

    /**
     * Derives positions in rows that hold several texts and pads. Pads are not counted, and a pad
     * with the separator's id, as in GPT-2, starts no text. Without a separator these are the
     * positions of {@link #fromAttentionMask}.
     *
     * @param tokenIds int32 or int64 (…, T)
     * @param endOfText the separator's id; 50256 in GPT-2's vocabulary
     * @param attentionMask int32 or int64 of 0 and 1, or boolean, (…, T)
     * @return a position for each token, and 0 at the pads
     * @throws IllegalArgumentException if the ids are a scalar or of another type, the separator's
     *     id is negative, or the mask is of another shape or type or holds anything but 0 and 1
     */
    static PositionIds packed(NDArray tokenIds, long endOfText, NDArray attentionMask) {
        return PositionRules.packed(tokenIds, endOfText, attentionMask);
    }

    /**
     * Returns the positions as an array.
     *
     * @param manager the owner of the array
     * @return int64, (T) for a range, else of the shape of the tokens; a backward pass may read its
     *     memory after it was closed
     */
    NDArray toArray(NDManager manager);

    /**
     * One range of positions for all rows.
     *
     * @param offset the first position, at least 0
     * @param length the number of positions, at least 0
     */
    record Range(long offset, long length) implements PositionIds {

        public Range {
            if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
                throw new IllegalArgumentException(
                        "positions: expected an offset and a length of at least 0, found offset %d, length %d"
                                .formatted(offset, length));
            }
        }

        @Override
        public NDArray toArray(NDManager manager) {
            return NativeMemory.of(
                    manager,
                    LongStream.range(offset, offset + length).toArray(),
                    new Shape(length));
        }
    }

    /** A position for each token. */
    final class PerToken implements PositionIds {

        private final IndexArray positions;

        PerToken(IndexArray positions) {
            this.positions = positions;
        }

        IndexArray positions() {
            return positions;
        }

        @Override
        public NDArray toArray(NDManager manager) {
            return positions.toArray(manager);
        }
    }
}
