package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * Positions as sines and cosines of geometrically growing wavelengths: PE(pos, 2i) = sin(pos /
 * 10000^(2i/D)), PE(pos, 2i + 1) = cos(pos / 10000^(2i/D)).
 *
 * <p>The values are computed in double and rounded once. They are never trained and not saved, and
 * there is no last position.
 *
 * <p><em>Shapes:</em> position ids (…), int32 or int64, at least 0 → (…, D) float32.
 *
 * <p><em>PyTorch:</em> no counterpart in torch.nn; the values are those of its transformer
 * tutorials' {@code PositionalEncoding}, which computes them in float32. An odd D is allowed: the
 * last column is a sine.
 *
 * <p><em>Source:</em> Vaswani et al. 2017, "Attention Is All You Need", §3.5.
 *
 * <p><em>Throws</em> at a forward pass: {@link IllegalArgumentException} for a negative position
 * and for one whose table would not fit into 2 GiB.
 */
public final class SinusoidalPositionalEmbedding extends AbstractBlock
        implements PositionalEmbedding {

    private static final byte VERSION = 1;
    private static final double BASE = 10_000;

    private final long embeddingDim;
    private final SinusoidTable table;

    private SinusoidalPositionalEmbedding(Builder builder) {
        super(VERSION);
        embeddingDim = builder.embeddingDim;
        table = new SinusoidTable(embeddingDim, BASE);
    }

    /**
     * Starts a new block.
     *
     * @return its builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public long getEmbeddingDim() {
        return embeddingDim;
    }

    @Override
    public NDArray embed(
            ParameterStore parameterStore,
            NDManager manager,
            PositionIds positionIds,
            DataType dataType,
            boolean training) {
        if (positionIds instanceof PositionIds.Range range) {
            return table.view(manager, range.offset(), range.offset() + range.length())
                    .toType(dataType, false);
        }
        return lookup(positionIds.toArray(manager)).toType(dataType, false);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        return new NDList(lookup(inputs.singletonOrThrow()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(embeddingDim)};
    }

    private NDArray lookup(NDArray positionIds) {
        IndexArray positions = IndexArray.read("position ids", positionIds);
        positions.requireBelow(Long.MAX_VALUE, "no position is negative");
        long end = 0;
        for (long position : positions.values()) {
            end = Math.max(end, position + 1);
        }
        try (NDManager scratch = positionIds.getManager().newSubManager(positionIds.getDevice())) {
            return positionIds
                    .getNDArrayInternal()
                    .embedding(positionIds, table.view(scratch, 0, end), SparseFormat.DENSE)
                    .singletonOrThrow();
        }
    }

    /** Builds a {@link SinusoidalPositionalEmbedding}. */
    public static final class Builder {

        private long embeddingDim;

        private Builder() {}

        /**
         * Sets D.
         *
         * @param embeddingDim the width of a vector, at least 1
         * @return this builder
         */
        public Builder setEmbeddingDim(long embeddingDim) {
            this.embeddingDim = embeddingDim;
            return this;
        }

        /**
         * Builds the block.
         *
         * @return the block
         * @throws IllegalArgumentException if D is less than 1
         */
        public SinusoidalPositionalEmbedding build() {
            Dimensions.requirePositive("embeddingDim", embeddingDim);
            return new SinusoidalPositionalEmbedding(this);
        }
    }
}
