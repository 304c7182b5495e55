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

/** The inputs of an {@link EmbeddingBag} in one form: flat ids, and where each bag begins. */
final class Bags implements AutoCloseable {

    private final NDManager scratch;
    private final NDArray ids;
    private final NDArray offsets;
    private final @Nullable NDArray weights;
    private final boolean lastOffsetIsEnd;

    private Bags(BagInputs inputs, boolean includeLastOffset) {
        NDArray given = inputs.ids();
        NDArray givenWeights = inputs.weights();
        scratch = given.getManager().newSubManager(given.getDevice());
        // The backward pass reads all three when they are closed, here or by the caller.
        ids = kept(flat(given));
        weights =
                givenWeights == null
                        ? null
                        : kept(flat(givenWeights).toDevice(given.getDevice(), false));
        // A row is a bag as it is: there PyTorch would drop the last one.
        lastOffsetIsEnd = includeLastOffset && inputs.offsets() != null;
        long[] begins =
                inputs.offsets() == null
                        ? rowBegins(given.getShape())
                        : checkOffsets(inputs.offsets(), given.size(), lastOffsetIsEnd);
        NDArray places = NativeMemory.of(scratch, begins, new Shape(begins.length));
        offsets = places.toType(given.getDataType(), false);
    }

    static Bags of(BagInputs inputs, boolean includeLastOffset) {
        return new Bags(inputs, includeLastOffset);
    }

    /** (N), the bags one after the other. */
    NDArray ids() {
        return ids;
    }

    /** (B), or (B + 1) where the last one is the end; of the ids' type. */
    NDArray offsets() {
        return offsets;
    }

    boolean lastOffsetIsEnd() {
        return lastOffsetIsEnd;
    }

    /** (N) weights, or an array of no elements for none. */
    NDArray weights(DataType type) {
        if (weights == null) {
            return scratch.create(new Shape(0), type);
        }
        if (weights.getDataType() != type) {
            throw new IllegalArgumentException(
                    "per-sample weights: expected the table's type "
                            + type
                            + ", found "
                            + weights.getDataType());
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

    /** Reads offsets that start at 0, never fall, and put each id into a bag. */
    private static long[] checkOffsets(NDArray array, long ids, boolean lastIsEnd) {
        IndexArray offsets = IndexArray.read("offsets", array);
        Shape shape = offsets.shape();
        long[] values = offsets.values();
        if (shape.dimension() != 1 || (lastIsEnd && values.length == 0)) {
            throw new IllegalArgumentException(
                    "offsets: expected shape "
                            + (lastIsEnd ? "(B + 1)" : "(B)")
                            + ", found "
                            + shape);
        }
        long least = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i] < least || values[i] > ids || (i == 0 && values[0] != 0)) {
                throw new IllegalArgumentException(
                        "offsets: expected 0 first, then never less than before, at most "
                                + ids
                                + ", the number of ids; found "
                                + values[i]
                                + " at "
                                + offsets.place(i));
            }
            least = values[i];
        }
        requireAllInBags(values, ids, lastIsEnd);
        return values;
    }

    /** libtorch would write before the output for an id in no bag, and read beyond the bags. */
    private static void requireAllInBags(long[] offsets, long ids, boolean lastIsEnd) {
        if (!lastIsEnd && offsets.length == 0 && ids > 0) {
            throw new IllegalArgumentException(
                    "offsets: expected the beginning of at least one bag for "
                            + ids
                            + " ids, found none");
        }
        int last = offsets.length - 1;
        if (lastIsEnd && offsets[last] != ids) {
            throw new IllegalArgumentException(
                    "offsets: expected "
                            + ids
                            + ", the number of ids, as the last one, which is the end of the last"
                            + " bag; found "
                            + offsets[last]
                            + " at ["
                            + last
                            + "]");
        }
    }

    /**
     * The inputs as they are given.
     *
     * @param ids (B, N) or (N)
     * @param offsets (B) beside (N) ids, or null
     * @param weights of the ids' shape, or null
     */
    record BagInputs(NDArray ids, @Nullable NDArray offsets, @Nullable NDArray weights) {

        static BagInputs of(NDList inputs, BagMode mode) {
            int axes = inputs.isEmpty() ? 0 : inputs.get(0).getShape().dimension();
            int required = axes == 2 ? 1 : 2;
            if (axes < 1 || axes > 2 || inputs.size() < required || inputs.size() > required + 1) {
                throw new IllegalArgumentException(
                        "inputs: expected ids (B, N), or ids (N) and offsets (B), and perhaps"
                                + " weights, found shapes "
                                + Arrays.toString(inputs.getShapes()));
            }
            NDArray weights = inputs.size() > required ? inputs.get(required) : null;
            if (weights != null) {
                requireWeights(weights.getShape(), inputs.get(0).getShape(), mode);
            }
            return new BagInputs(inputs.get(0), axes == 2 ? null : inputs.get(1), weights);
        }

        private static void requireWeights(Shape found, Shape expected, BagMode mode) {
            if (mode != BagMode.SUM) {
                throw new IllegalArgumentException(
                        "per-sample weights: expected none in mode "
                                + mode
                                + ", only SUM has them");
            }
            if (!found.equals(expected)) {
                throw new IllegalArgumentException(
                        "per-sample weights: expected the ids' shape "
                                + expected
                                + ", found "
                                + found);
            }
        }
    }
}
