package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a {@link Gpt2InputEmbedding}, checked against each other.
 *
 * @param tokenIds (…, T)
 * @param attentionMask (…, S), or null
 * @param givenPositions (…, T) or (T), or null
 * @param pastLength the cached tokens, or null where it is not said
 */
record Gpt2Inputs(
        NDArray tokenIds,
        @Nullable NDArray attentionMask,
        @Nullable NDArray givenPositions,
        @Nullable Long pastLength) {

    Gpt2Inputs {
        if (tokenIds.getShape().dimension() == 0) {
            throw new IllegalArgumentException(
                    "token ids: expected shape (T) or (B, T), found a scalar");
        }
    }

    static Gpt2Inputs of(NDList inputs, @Nullable PairList<String, Object> params) {
        if (inputs.isEmpty() || inputs.size() > 3) {
            throw new IllegalArgumentException(
                    "inputs: expected token ids, or ids and attention mask, or ids, mask and"
                            + " position ids, found "
                            + inputs.size()
                            + " arrays");
        }
        return new Gpt2Inputs(
                inputs.get(0),
                inputs.size() > 1 ? inputs.get(1) : null,
                inputs.size() > 2 ? inputs.get(2) : null,
                pastLength(params));
    }

    PositionIds positionIds() {
        if (attentionMask != null) {
            requireMaskOfTheSameRows(attentionMask);
        }
        if (givenPositions != null) {
            return given(givenPositions);
        }
        if (attentionMask != null) {
            return PositionIds.fromAttentionMask(attentionMask, length());
        }
        return PositionIds.range(pastLength == null ? 0 : pastLength, length());
    }

    private long length() {
        Shape shape = tokenIds.getShape();
        return shape.get(shape.dimension() - 1);
    }

    private PositionIds given(NDArray positions) {
        if (pastLength != null) {
            throw new IllegalArgumentException(
                    Gpt2InputEmbedding.PAST_LENGTH
                            + ": expected none beside position ids, which say it already, found "
                            + pastLength);
        }
        Shape shape = positions.getShape();
        if (!shape.equals(tokenIds.getShape()) && !shape.equals(new Shape(length()))) {
            throw new IllegalArgumentException(
                    "position ids: expected shape "
                            + tokenIds.getShape()
                            + " or "
                            + new Shape(length())
                            + ", found "
                            + shape);
        }
        return PositionIds.of(positions);
    }

    private void requireMaskOfTheSameRows(NDArray mask) {
        Shape ids = tokenIds.getShape();
        Shape found = mask.getShape();
        int last = ids.dimension() - 1;
        boolean sameRows =
                found.dimension() == ids.dimension()
                        && found.slice(0, last).equals(ids.slice(0, last));
        boolean longEnough =
                sameRows
                        && (pastLength == null
                                ? found.get(last) >= length()
                                : found.get(last) == length() + pastLength);
        if (!longEnough) {
            throw new IllegalArgumentException(
                    "attention mask: expected shape "
                            + ids
                            + (pastLength == null
                                    ? ", or longer by a cached past"
                                    : " longer by the cached past of " + pastLength)
                            + ", found "
                            + found);
        }
    }

    private static @Nullable Long pastLength(@Nullable PairList<String, Object> params) {
        Object value = params == null ? null : params.get(Gpt2InputEmbedding.PAST_LENGTH);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Number number) || number.longValue() < 0) {
            throw new IllegalArgumentException(
                    Gpt2InputEmbedding.PAST_LENGTH
                            + ": expected a number of tokens, at least 0, found "
                            + value);
        }
        return number.longValue();
    }
}
