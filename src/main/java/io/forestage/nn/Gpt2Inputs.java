package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a {@link Gpt2InputEmbedding}, assigned to their roles and checked against each
 * other.
 *
 * @param tokens ids (…, T), or vectors (…, T, D)
 * @param areVectors whether {@code tokens} are vectors
 * @param attentionMask (…, S), or null
 * @param givenPositions (…, T) or (T), or null
 * @param tokenTypeIds (…, T), or null
 * @param pastLength the number of cached tokens, or null if it was not given
 */
record Gpt2Inputs(
        NDArray tokens,
        boolean areVectors,
        @Nullable NDArray attentionMask,
        @Nullable NDArray givenPositions,
        @Nullable NDArray tokenTypeIds,
        @Nullable Long pastLength) {

    private static final Set<String> NAMES =
            Set.of(
                    Gpt2InputEmbedding.INPUT_IDS,
                    Gpt2InputEmbedding.ATTENTION_MASK,
                    Gpt2InputEmbedding.POSITION_IDS,
                    Gpt2InputEmbedding.INPUTS_EMBEDS,
                    Gpt2InputEmbedding.TOKEN_TYPE_IDS);

    Gpt2Inputs {
        if (tokens.getShape().dimension() < (areVectors ? 2 : 1)) {
            throw new IllegalArgumentException(
                    areVectors
                            ? "inputs_embeds: expected shape (T, D) or (B, T, D), found %s"
                                    .formatted(tokens.getShape())
                            : "token ids: expected shape (T) or (B, T), found a scalar");
        }
    }

    static Gpt2Inputs of(NDList inputs, @Nullable PairList<String, Object> params) {
        Map<String, NDArray> named = new HashMap<>();
        List<NDArray> inOrder = new ArrayList<>();
        for (NDArray array : inputs) {
            String name = array.getName();
            if (name == null || !NAMES.contains(name)) {
                inOrder.add(array);
            } else if (named.put(name, array) != null) {
                throw new IllegalArgumentException(
                        "inputs: expected one array named %s, found two".formatted(name));
            }
        }
        Iterator<NDArray> unnamed = inOrder.iterator();
        NDArray vectors = named.get(Gpt2InputEmbedding.INPUTS_EMBEDS);
        NDArray ids = named.get(Gpt2InputEmbedding.INPUT_IDS);
        NDArray tokens = vectors != null ? vectors : orNext(ids, unnamed);
        NDArray mask = orNext(named.get(Gpt2InputEmbedding.ATTENTION_MASK), unnamed);
        NDArray positions = orNext(named.get(Gpt2InputEmbedding.POSITION_IDS), unnamed);
        if (tokens == null || unnamed.hasNext() || (vectors != null && ids != null)) {
            throw new IllegalArgumentException(
                    "inputs: expected token ids, or ids and attention mask, or ids, mask and position ids, in this order or by name, and inputs_embeds in place of the ids; found %s"
                            .formatted(describe(inputs)));
        }
        return new Gpt2Inputs(
                tokens,
                vectors != null,
                mask,
                positions,
                named.get(Gpt2InputEmbedding.TOKEN_TYPE_IDS),
                pastLength(params));
    }

    private static @Nullable NDArray orNext(@Nullable NDArray named, Iterator<NDArray> unnamed) {
        return named == null && unnamed.hasNext() ? unnamed.next() : named;
    }

    private static String describe(NDList inputs) {
        return inputs.size()
                + " arrays: "
                + inputs.stream()
                        .map(
                                array ->
                                        EmbeddingTable.nameOf(array, "unnamed")
                                                + " "
                                                + array.getShape())
                        .collect(Collectors.joining(", "));
    }

    /** Returns the shape of the token ids, which is that of vectors without the last axis. */
    Shape shape() {
        Shape shape = tokens.getShape();
        return areVectors ? shape.slice(0, shape.dimension() - 1) : shape;
    }

    PositionIds positionIds() {
        NDArray types = tokenTypeIds;
        if (types != null && !types.getShape().equals(shape())) {
            throw new IllegalArgumentException(
                    "token type ids: expected shape %s, found %s"
                            .formatted(shape(), types.getShape()));
        }
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
        Shape shape = shape();
        return shape.get(shape.dimension() - 1);
    }

    private PositionIds given(NDArray positions) {
        if (pastLength != null) {
            throw new IllegalArgumentException(
                    "%s: expected none together with position ids, which include it, found %d"
                            .formatted(Gpt2InputEmbedding.PAST_LENGTH, pastLength));
        }
        Shape found = positions.getShape();
        if (!found.equals(shape()) && !found.equals(new Shape(length()))) {
            throw new IllegalArgumentException(
                    "position ids: expected shape %s or %s, found %s"
                            .formatted(shape(), new Shape(length()), found));
        }
        return PositionIds.of(positions);
    }

    private void requireMaskOfTheSameRows(NDArray mask) {
        Shape ids = shape();
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
                    "attention mask: expected shape %s%s, found %s"
                            .formatted(
                                    ids,
                                    pastLength == null
                                            ? ", or longer by a cached past"
                                            : " longer by the cached past of %d"
                                                    .formatted(pastLength),
                                    found));
        }
    }

    private static @Nullable Long pastLength(@Nullable PairList<String, Object> params) {
        Object value = params == null ? null : params.get(Gpt2InputEmbedding.PAST_LENGTH);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Number number)
                || number.longValue() < 0
                || number.doubleValue() != number.longValue()) {
            throw new IllegalArgumentException(
                    "%s: expected a whole number of tokens, at least 0, found %s"
                            .formatted(Gpt2InputEmbedding.PAST_LENGTH, value));
        }
        return number.longValue();
    }
}
