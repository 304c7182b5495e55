package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import io.forestage.support.OptionCheck;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the vectors of positions in a learned table: GPT-2's {@code wpe}.
 *
 * <p><b>Shapes.</b> Position ids (…), int32 or int64, within 0 … P − 1 → (…, D).
 *
 * <p><b>PyTorch.</b> {@code torch.nn.Embedding(n_positions, n_embd)}, named {@code wpe} in Hugging
 * Face's GPT2Model; a new table is N(0, 0.02), as there.
 *
 * <p><b>Source.</b> Gehring et al. 2017, "Convolutional Sequence to Sequence Learning", §3.1;
 * Radford et al. 2018, §4.1. GPT has P = 512, GPT-2 has P = 1024.
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} for a position outside 0 … P
 * − 1, and for a sequence that is longer than P; the message has both lengths.
 */
public final class LearnedPositionalEmbedding extends EmbeddingTable
        implements PositionalEmbedding {

    private static final float GPT2_RANGE = 0.02f;

    private final TableLookup lookup = new TableLookup(EmbeddingOptions.none());

    private LearnedPositionalEmbedding(EmbeddingTable.Spec spec) {
        super(spec);
    }

    /** Returns a new builder, for a randomly initialised table. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes an embedding of given vectors.
     *
     * @param weight (P, D) of float32, float64 or float16; the block becomes its owner, and
     *     messages use its name if it has one
     * @param freeze true to freeze the table, false to fine-tune it
     * @return the embedding, initialised
     * @throws IllegalArgumentException if the weight has not two dimensions or is of another type
     */
    public static LearnedPositionalEmbedding fromPretrained(NDArray weight, boolean freeze) {
        requireTable(weight);
        Shape shape = weight.getShape();
        Initializer unused = new NormalInitializer(GPT2_RANGE);
        LearnedPositionalEmbedding embedding =
                new LearnedPositionalEmbedding(
                        new EmbeddingTable.Spec(
                                nameOf(weight),
                                shape.get(0),
                                shape.get(1),
                                unused,
                                weight,
                                freeze,
                                false));
        embedding.initialize(weight.getManager(), weight.getDataType(), new Shape(1));
        return embedding;
    }

    @Override
    public long getEmbeddingDim() {
        return width();
    }

    @Override
    public NDArray embed(
            ParameterStore parameterStore,
            NDManager manager,
            PositionIds positionIds,
            DataType dataType,
            boolean training) {
        if (positionIds instanceof PositionIds.Range range) {
            long begin = range.offset();
            long end = begin + range.length();
            requireRows(begin, end);
            return weight(parameterStore, manager.getDevice(), training)
                    .get(manager, new NDIndex().addSliceDim(begin, end));
        }
        if (positionIds instanceof PositionIds.PerToken given) {
            requireRows(given.positions());
        }
        return find(parameterStore, positionIds.toArray(manager), training);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray positionIds = inputs.singletonOrThrow();
        requireRows("position ids", positionIds);
        return new NDList(find(parameterStore, positionIds, training));
    }

    /** Throws for the first position without a row. */
    void requireRows(PositionIds positionIds) {
        if (positionIds instanceof PositionIds.PerToken given) {
            requireRows(given.positions());
        } else if (positionIds instanceof PositionIds.Range range) {
            requireRows(range.offset(), range.offset() + range.length());
        }
    }

    private void requireRows(long begin, long end) {
        if (end > rows()) {
            throw new IllegalArgumentException(
                    "sequence of %d tokens from position %d: expected at most %d positions in all, found %d; shorten it, or cut it into windows, for %s"
                            .formatted(end - begin, begin, rows(), end, describe()));
        }
    }

    private NDArray find(ParameterStore store, NDArray positionIds, boolean training) {
        NDArray table = weight(store, positionIds.getDevice(), training);
        return lookup.find(table, positionIds, weight().getManager());
    }

    /** Builds a {@link LearnedPositionalEmbedding}. */
    public static final class Builder {

        private String name = "weight";
        private long numPositions;
        private long embeddingDim;
        private Initializer initializer = new NormalInitializer(GPT2_RANGE);

        private Builder() {}

        /**
         * Sets P.
         *
         * @param numPositions the number of positions, at least 1
         */
        public Builder setNumPositions(long numPositions) {
            this.numPositions = numPositions;
            return this;
        }

        /**
         * Sets D.
         *
         * @param embeddingDim the width of a vector, at least 1
         */
        public Builder setEmbeddingDim(long embeddingDim) {
            this.embeddingDim = embeddingDim;
            return this;
        }

        /**
         * Sets the initializer of a new table.
         *
         * @param initializer N(0, 0.02) as in GPT-2 when not set
         */
        public Builder optInitializer(Initializer initializer) {
            this.initializer = initializer;
            return this;
        }

        /**
         * Sets the table's name in messages.
         *
         * @param name such as "wpe.weight"; "weight" when not set
         */
        public Builder optName(String name) {
            this.name = name;
            return this;
        }

        /**
         * Builds the block; its table is made when the block is initialised.
         *
         * @throws IllegalArgumentException if P or D is less than 1
         */
        public LearnedPositionalEmbedding build() {
            OptionCheck.requirePositive("numPositions", numPositions);
            OptionCheck.requirePositive("embeddingDim", embeddingDim);
            return new LearnedPositionalEmbedding(
                    new EmbeddingTable.Spec(
                            name, numPositions, embeddingDim, initializer, null, false, false));
        }
    }
}
