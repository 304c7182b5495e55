package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.torch.EmbeddingOperations;
import org.jspecify.annotations.Nullable;

/**
 * Reduces each bag of tokens to the sum, mean or maximum of its tokens' vectors, without storing
 * those vectors. It is the first layer of a bag-of-words classifier.
 *
 * <p><b>Shapes.</b> Ids (B, N), int32 or int64, one bag per row → (B, D); or ids (N) and offsets
 * (B) of the same type, the index of each bag's first id → (B, D). In mode {@link BagMode#SUM} a
 * last input may weight each token; it has the table's type and the ids' shape. An empty bag
 * becomes zeros.
 *
 * <p><b>PyTorch.</b> {@code torch.nn.EmbeddingBag} with all its arguments, forward and backward;
 * {@code padding_idx} is left out of every reduction. Differences: ids and offsets are checked
 * before the native call, and the error names the bad one; {@code include_last_offset} has no
 * effect on ids (B, N); {@code sparse} or {@code scale_grad_by_freq} with the maximum is refused
 * when the block is built.
 *
 * <p>PyTorch 2.7.1 has errors on the CPU, which this block does not have:
 *
 * <ul>
 *   <li>{@code scale_grad_by_freq} divides a row's gradient by that row's number of occurrences,
 *       with weights too. PyTorch divides by another row's number, and refuses weights.
 *   <li>A mean or sum does not overflow in between: float16 is reduced in float32, and float32 in
 *       float64 where the float32 result is not finite. Gradients of float16 are added in float32.
 *   <li>The maximum of a bag with a NaN is NaN. PyTorch's depends on the NaN's place. The gradient
 *       goes to the first NaN or +∞.
 *   <li>Every id must be in a bag. PyTorch writes outside its arrays for ids without a bag, and
 *       reads outside them for ids after the last offset of {@code include_last_offset}.
 * </ul>
 *
 * <p><b>Source.</b> Joulin et al. 2017, "Bag of Tricks for Efficient Text Classification", §2.
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} for a wrong number, type or
 * shape of inputs, an id outside 0 … V − 1, and offsets that do not start at 0, decrease, exceed
 * the number of ids or leave ids without a bag.
 */
public final class EmbeddingBag extends EmbeddingTable {

    private final EmbeddingOptions options;
    private final BagMode mode;
    private final boolean includeLastOffset;
    private final TableLookup lookup;

    private EmbeddingBag(EmbeddingTable.Spec table, EmbeddingOptions options, Builder builder) {
        super(table);
        this.options = options;
        mode = builder.mode;
        includeLastOffset = builder.includeLastOffset;
        lookup = new TableLookup(options);
    }

    /** Returns a new builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape bags = inputShapes[0].dimension() == 2 ? inputShapes[0] : inputShapes[1];
        long count = bags.get(0) - (inputShapes[0].dimension() == 1 && includeLastOffset ? 1 : 0);
        return new Shape[] {new Shape(count, width())};
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        Bags.Inputs given = Bags.Inputs.of(inputs, mode);
        requireRows("token ids", given.ids());
        NDArray table = weight(parameterStore, given.ids().getDevice(), training);
        try (Bags bags = Bags.of(given, includeLastOffset)) {
            NDArray reduced =
                    lookup.after(
                            table, bags.ids(), weight().getManager(), () -> reduce(table, bags));
            reduced.attach(given.ids().getManager());
            return new NDList(reduced);
        }
    }

    @Override
    void afterInitialization(NDArray table) {
        lookup.zeroPadding(table);
    }

    private NDArray reduce(NDArray table, Bags bags) {
        return lookup.operations(weight().getManager())
                .embeddingBag(
                        table,
                        bags.ids(),
                        bags.offsets(),
                        bags.weights(table.getDataType()),
                        new EmbeddingOperations.BagOptions(
                                options.scaleGradByFreq(),
                                mode.code(),
                                options.sparse(),
                                bags.lastOffsetIsEnd(),
                                options.paddingIdx()));
    }

    /** Builds an {@link EmbeddingBag}. */
    public static final class Builder extends EmbeddingBuilder<Builder> {

        private BagMode mode = BagMode.MEAN;
        private boolean includeLastOffset;

        private Builder() {}

        /**
         * Sets how the vectors of a bag are reduced to one, {@code mode}.
         *
         * @param mode the mode; the mean when not set
         */
        public Builder optMode(BagMode mode) {
            this.mode = mode;
            return this;
        }

        /**
         * Makes the last offset the end of the last bag, as in CSR, {@code include_last_offset}.
         *
         * @param includeLastOffset true if there are B + 1 offsets; false when not set
         */
        public Builder optIncludeLastOffset(boolean includeLastOffset) {
            this.includeLastOffset = includeLastOffset;
            return this;
        }

        /**
         * Builds the block. A given table can be used at once; a new one is made when the block is
         * initialised.
         *
         * @throws IllegalArgumentException if an option is out of its range, or sizes and weight
         *     contradict each other
         */
        public EmbeddingBag build() {
            EmbeddingTable.Spec table = table();
            EmbeddingOptions options = options(table.rows());
            if (mode == BagMode.MAX && (options.sparse() || options.scaleGradByFreq())) {
                throw new IllegalArgumentException(
                        "mode: expected SUM or MEAN with %s, found MAX"
                                .formatted(options.sparse() ? "sparse" : "scaleGradByFreq"));
            }
            return initialized(new EmbeddingBag(table, options, this), table);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
