package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.torch.NativeMemory;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The inputs of an {@link EmbeddingBag} in one form: flat ids, and the start of each bag. */
final class Bags implements AutoCloseable {

    private final NDManager scratch;
    private final NDArray ids;
    private final NDArray offsets;
    private final @Nullable NDArray weights;
    private final boolean lastOffsetIsEnd;

    private Bags(Inputs inputs, boolean includeLastOffset) {
        NDArray given = inputs.ids();
        NDArray givenWeights = inputs.weights();
        scratch = given.getManager().newSubManager(given.getDevice());
        // The backward pass reads all three arrays, after this object or the caller has closed
        // them.
        ids = kept(flat(given));
        weights =
                givenWeights == null
                        ? null
                        : kept(flat(givenWeights).toDevice(given.getDevice(), false));
        // In (B, N) each row is a bag; PyTorch would drop the last row.
        lastOffsetIsEnd = includeLastOffset && inputs.offsets() != null;
        long[] begins =
                inputs.offsets() == null
                        ? rowBegins(given.getShape())
                        : checkOffsets(inputs.offsets(), given.size(), lastOffsetIsEnd);
        NDArray longOffsets = NativeMemory.of(scratch, begins, new Shape(begins.length));
        offsets = longOffsets.toType(given.getDataType(), false);
    }

    static Bags of(Inputs inputs, boolean includeLastOffset) {
        return new Bags(inputs, includeLastOffset);
    }

    /** Returns the ids (N) of all bags, one bag after the other. */
    NDArray ids() {
        return ids;
    }

    /** Returns the offsets (B), or (B + 1) with the end of the last bag; of the ids' type. */
    NDArray offsets() {
        return offsets;
    }

    boolean lastOffsetIsEnd() {
        return lastOffsetIsEnd;
    }

    /** Returns the weights (N), or an empty array if there are none. */
    NDArray weights(DataType type) {
        if (weights == null) {
            return scratch.create(new Shape(0), type);
        }
        if (weights.getDataType() != type) {
            throw new IllegalArgumentException(
                    "per-sample weights: expected the table's type %s, found %s"
                            .formatted(type, weights.getDataType()));
        }
        return weights;
    }

    @Override
    public void close() {
        scratch.close();
    }

    private NDArray kept(NDArray array) {
        NDArray copy = NativeMemory.copyOf(array);
        copy.attach(scratch);
        return copy;
    }

    private NDArray flat(NDArray array) {
        NDArray flat = array.reshape(new Shape(array.size()));
        flat.attach(scratch);
        return flat;
    }

    private static long[] rowBegins(Shape shape) {
        return LongStream.range(0, shape.get(0)).map(row -> row * shape.get(1)).toArray();
    }

    /** Reads offsets and checks that they start at 0, never decrease, and put each id in a bag. */
    private static long[] checkOffsets(NDArray array, long ids, boolean lastIsEnd) {
        IndexArray offsets = IndexArray.read("offsets", array);
        Shape shape = offsets.shape();
        long[] values = offsets.values();
        if (shape.dimension() != 1 || (lastIsEnd && values.length == 0)) {
            throw new IllegalArgumentException(
                    "offsets: expected shape %s, found %s"
                            .formatted(lastIsEnd ? "(B + 1)" : "(B)", shape));
        }
        long previous = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i] < previous || values[i] > ids || (i == 0 && values[0] != 0)) {
                throw new IllegalArgumentException(
                        "offsets: expected 0 first, then no decrease, and at most %d, the number of ids; found %d at %s"
                                .formatted(ids, values[i], offsets.place(i)));
            }
            previous = values[i];
        }
        requireAllInBags(values, ids, lastIsEnd);
        return values;
    }

    /** For an id in no bag, libtorch would write before its output or read after its arrays. */
    private static void requireAllInBags(long[] offsets, long ids, boolean lastIsEnd) {
        if (!lastIsEnd && offsets.length == 0 && ids > 0) {
            throw new IllegalArgumentException(
                    "offsets: expected the start of at least one bag for %d ids, found no offsets"
                            .formatted(ids));
        }
        int last = offsets.length - 1;
        if (lastIsEnd && offsets[last] != ids) {
            throw new IllegalArgumentException(
                    "offsets: expected the last one to be %d, the number of ids, because it is the end of the last bag; found %d at [%d]"
                            .formatted(ids, offsets[last], last));
        }
    }

    /**
     * The inputs as the caller gave them.
     *
     * @param ids (B, N) or (N)
     * @param offsets (B) for ids (N), or null
     * @param weights of the ids' shape, or null
     */
    record Inputs(NDArray ids, @Nullable NDArray offsets, @Nullable NDArray weights) {

        static Inputs of(NDList inputs, BagMode mode) {
            int axes = inputs.isEmpty() ? 0 : inputs.get(0).getShape().dimension();
            int required = axes == 2 ? 1 : 2;
            if (axes < 1 || axes > 2 || inputs.size() < required || inputs.size() > required + 1) {
                throw new IllegalArgumentException(
                        "inputs: expected ids (B, N), or ids (N) and offsets (B), and optional weights; found shapes %s"
                                .formatted(Arrays.toString(inputs.getShapes())));
            }
            NDArray weights = inputs.size() > required ? inputs.get(required) : null;
            if (weights != null) {
                requireWeights(weights.getShape(), inputs.get(0).getShape(), mode);
            }
            return new Inputs(inputs.get(0), axes == 2 ? null : inputs.get(1), weights);
        }

        private static void requireWeights(Shape found, Shape expected, BagMode mode) {
            if (mode != BagMode.SUM) {
                throw new IllegalArgumentException(
                        "per-sample weights: expected none in mode %s, found some; use mode SUM"
                                .formatted(mode));
            }
            if (!found.equals(expected)) {
                throw new IllegalArgumentException(
                        "per-sample weights: expected the ids' shape %s, found %s"
                                .formatted(expected, found));
            }
        }
    }
}
