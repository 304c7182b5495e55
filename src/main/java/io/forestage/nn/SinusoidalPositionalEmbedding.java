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
import io.forestage.torch.NativeMemory;
import org.jspecify.annotations.Nullable;

/**
 * Positions as sines and cosines of geometrically growing wavelengths, in the {@linkplain
 * SinusoidLayout layouts} that published models have.
 *
 * <p>The values are computed in double, within two units in the last place up to position 10⁸, and
 * rounded once to the type asked for; they are the same on every machine. They are never trained
 * and not saved, and there is no last position.
 *
 * <p><b>Shapes.</b> Position ids (…), int32 or int64, at least 0 → (…, D) float32, or the type set
 * by {@link Builder#optDataType}.
 *
 * <p><b>PyTorch.</b> No counterpart in torch.nn. The default is what its transformer tutorials call
 * {@code PositionalEncoding}; {@link #tensor2tensor}, {@link #fairseq} and {@link #xTransformers}
 * are the values of those libraries, which compute them in float32.
 *
 * <p><b>Source.</b> Vaswani et al. 2017, "Attention Is All You Need", §3.5; for the other layouts
 * the code that {@link SinusoidLayout} names.
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} for a negative position and
 * for one whose table would not fit into 2 GiB.
 */
public final class SinusoidalPositionalEmbedding extends AbstractBlock
        implements PositionalEmbedding {

    private static final byte VERSION = 1;

    private final long embeddingDim;
    private final DataType dataType;
    private final SinusoidTable.ByType tables;

    private SinusoidalPositionalEmbedding(Sinusoid.Options options, DataType dataType) {
        super(VERSION);
        embeddingDim = options.embeddingDim();
        this.dataType = dataType;
        tables = new SinusoidTable.ByType(options);
    }

    /**
     * Starts a new block: Vaswani et al.'s unless options say otherwise.
     *
     * @return its builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts a block as Vaswani et al. 2017, §3.5, define it, and KerasHub's {@code
     * SinePositionEncoding}, whose {@code max_wavelength} is {@link Builder#optBase}.
     *
     * @param embeddingDim D, at least 1
     * @return its builder
     */
    public static Builder vaswani(long embeddingDim) {
        return builder().setEmbeddingDim(embeddingDim).optLayout(SinusoidLayout.VASWANI);
    }

    /**
     * Starts a block with the values of tensor2tensor's {@code get_timing_signal_1d}; its {@code
     * max_timescale} is {@link Builder#optBase}, its {@code start_index} {@link Builder#optStart}.
     *
     * @param embeddingDim D, at least 1
     * @return its builder
     */
    public static Builder tensor2tensor(long embeddingDim) {
        return builder().setEmbeddingDim(embeddingDim).optLayout(SinusoidLayout.TENSOR2TENSOR);
    }

    /**
     * Starts a block with the values of fairseq's {@code SinusoidalPositionalEmbedding}: the first
     * token has the number paddingIdx + 1. A pad there has a row of zeros; here it has the row of
     * the position it is given.
     *
     * @param embeddingDim D; fairseq itself takes 4 or more
     * @param paddingIdx the id of fairseq's padding token, 1 in its own dictionaries
     * @return its builder
     * @throws IllegalArgumentException if the id is negative or too large
     */
    public static Builder fairseq(long embeddingDim, long paddingIdx) {
        long last = Sinusoid.Options.LAST_START - 1;
        Sinusoid.Options.require(
                paddingIdx >= 0 && paddingIdx <= last, "paddingIdx", "0 to " + last, paddingIdx);
        return tensor2tensor(embeddingDim).optStart(paddingIdx + 1);
    }

    /**
     * Starts a block with the values of a new {@code ScaledSinusoidalEmbedding} of x-transformers:
     * they carry a factor that is learned there from 1/√D on, and stays at 1/√D here unless {@link
     * Builder#optScale} sets a trained one.
     *
     * @param embeddingDim D, even
     * @return its builder
     */
    public static Builder xTransformers(long embeddingDim) {
        return builder()
                .setEmbeddingDim(embeddingDim)
                .optLayout(SinusoidLayout.X_TRANSFORMERS)
                .optScale(1 / Math.sqrt((double) embeddingDim));
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
            long begin = range.length() == 0 ? 0 : range.offset();
            NDArray view = tables.of(dataType).view(manager, begin, begin + range.length());
            if (!training) {
                return view;
            }
            try (view) {
                return NativeMemory.copyOf(view);
            }
        }
        return lookup(positionIds.toArray(manager), tables.of(dataType));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        return new NDList(lookup(inputs.singletonOrThrow(), tables.of(dataType)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(embeddingDim)};
    }

    private static NDArray lookup(NDArray positionIds, SinusoidTable table) {
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
        private SinusoidLayout layout = SinusoidLayout.VASWANI;
        private double base = 10_000;
        private long start;
        private double scale = 1;
        private DataType dataType = DataType.FLOAT32;

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
         * Sets the formula.
         *
         * @param layout the layout; {@link SinusoidLayout#VASWANI} when not set
         * @return this builder
         */
        public Builder optLayout(SinusoidLayout layout) {
            this.layout = layout;
            return this;
        }

        /**
         * Sets the base of the wavelengths, which grow from 2π towards 2π · base; others call it
         * theta, max_wavelength or max_timescale.
         *
         * @param base a finite number greater than 1; 10000 when not set
         * @return this builder
         */
        public Builder optBase(double base) {
            this.base = base;
            return this;
        }

        /**
         * Sets the number that the formula gets for position 0: position p has the values of p +
         * start.
         *
         * @param start 0 to 2³¹ − 1; 0 when not set
         * @return this builder
         */
        public Builder optStart(long start) {
            this.start = start;
            return this;
        }

        /**
         * Sets a factor on every value.
         *
         * @param scale a finite number; 1 when not set
         * @return this builder
         */
        public Builder optScale(double scale) {
            this.scale = scale;
            return this;
        }

        /**
         * Sets the type of what the block gives on its own. Inside a {@link Gpt2InputEmbedding} it
         * gives the type of the tokens' vectors.
         *
         * @param dataType float32, float64 or float16; float32 when not set
         * @return this builder
         */
        public Builder optDataType(DataType dataType) {
            this.dataType = dataType;
            return this;
        }

        /**
         * Builds the block.
         *
         * @return the block
         * @throws IllegalArgumentException if an option is out of its range, or D is odd in a
         *     layout that has no place for it
         */
        public SinusoidalPositionalEmbedding build() {
            Sinusoid.Options options =
                    new Sinusoid.Options(embeddingDim, layout, base, start, scale);
            SinusoidalPositionalEmbedding block =
                    new SinusoidalPositionalEmbedding(options, dataType);
            block.tables.of(dataType);
            return block;
        }
    }
}
