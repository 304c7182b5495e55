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
 * Encodes positions as sines and cosines of geometrically growing wavelengths, in the {@linkplain
 * SinusoidLayout layouts} of published models.
 *
 * <p>The values are computed in double, within two units in the last place up to position 10⁸, and
 * rounded once to the requested type; they are the same on every machine. They are neither trained
 * nor saved, and the number of positions is not fixed.
 *
 * <p><b>Shapes.</b> Position ids (…), int32 or int64, at least 0 → (…, D) float32, or the type set
 * by {@link Builder#optDataType}.
 *
 * <p><b>PyTorch.</b> No counterpart in torch.nn. The default is {@code PositionalEncoding} of its
 * transformer tutorials; {@link #tensor2tensor}, {@link #fairseq} and {@link #xTransformers} have
 * the values of those libraries, which compute them in float32.
 *
 * <p><b>Source.</b> Vaswani et al. 2017, "Attention Is All You Need", §3.5; for the other layouts
 * the code that {@link SinusoidLayout} names.
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} for a negative position, and
 * for one whose table would be larger than 2 GiB.
 */
public final class SinusoidalPositionalEmbedding extends AbstractBlock
        implements PositionalEmbedding {

    private static final byte VERSION = 1;

    private final long embeddingDim;
    private final DataType dataType;
    private final SinusoidTable.ByType tables;
    private final Sinusoid.Options options;

    private SinusoidalPositionalEmbedding(Sinusoid.Options options, DataType dataType) {
        super(VERSION);
        embeddingDim = options.embeddingDim();
        this.dataType = dataType;
        this.options = options;
        tables = new SinusoidTable.ByType(options);
    }

    /** Returns a new builder, set to the formula of Vaswani et al. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder for the formula of Vaswani et al. 2017, §3.5. KerasHub's {@code
     * SinePositionEncoding} has the same values; its {@code max_wavelength} is {@link
     * Builder#optBase}.
     *
     * @param embeddingDim D, at least 1
     */
    public static Builder vaswani(long embeddingDim) {
        return builder().setEmbeddingDim(embeddingDim).optLayout(SinusoidLayout.VASWANI);
    }

    /**
     * Returns a builder for the values of tensor2tensor's {@code get_timing_signal_1d}; its {@code
     * max_timescale} is {@link Builder#optBase}, its {@code start_index} {@link Builder#optStart}.
     *
     * @param embeddingDim D, at least 1
     */
    public static Builder tensor2tensor(long embeddingDim) {
        return builder().setEmbeddingDim(embeddingDim).optLayout(SinusoidLayout.TENSOR2TENSOR);
    }

    /**
     * Returns a builder for the values of fairseq's {@code SinusoidalPositionalEmbedding}, whose
     * first token has position paddingIdx + 1. fairseq gives a pad a row of zeros; here a pad gets
     * the row of its position.
     *
     * @param embeddingDim D; fairseq itself requires at least 4
     * @param paddingIdx the id of fairseq's padding token, 1 in its own dictionaries
     * @throws IllegalArgumentException if the id is negative or too large
     */
    public static Builder fairseq(long embeddingDim, long paddingIdx) {
        long maximum = Sinusoid.Options.MAX_START - 1;
        Sinusoid.Options.require(
                paddingIdx >= 0 && paddingIdx <= maximum,
                "paddingIdx",
                "0 to " + maximum,
                paddingIdx);
        return tensor2tensor(embeddingDim).optStart(paddingIdx + 1);
    }

    /**
     * Returns a builder for the values of a new {@code ScaledSinusoidalEmbedding} of
     * x-transformers. Its factor starts at 1/√D and is trained there; here it is 1/√D, or a trained
     * factor set by {@link Builder#optScale}.
     *
     * @param embeddingDim D, even
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

    /**
     * Computes the first rows in double, without an engine.
     *
     * @param count the number of positions, at least 0
     * @return a row of D values for each
     */
    public double[][] rows(int count) {
        Sinusoid sinusoid = new Sinusoid(options);
        double[][] rows = new double[count][sinusoid.width()];
        for (int i = 0; i < count; i++) {
            sinusoid.fill(i, rows[i]);
        }
        return rows;
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
        IndexArray positions = ((PositionIds.PerToken) positionIds).positions();
        return lookup(positions, positionIds.toArray(manager), tables.of(dataType));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray positionIds = inputs.singletonOrThrow();
        IndexArray positions = IndexArray.read("position ids", positionIds);
        return new NDList(lookup(positions, positionIds, tables.of(dataType)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(embeddingDim)};
    }

    /** Looks up positions, which are on the host and in an array. */
    private static NDArray lookup(IndexArray positions, NDArray positionIds, SinusoidTable table) {
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
         */
        public Builder setEmbeddingDim(long embeddingDim) {
            this.embeddingDim = embeddingDim;
            return this;
        }

        /**
         * Sets the formula.
         *
         * @param layout the layout; {@link SinusoidLayout#VASWANI} when not set
         */
        public Builder optLayout(SinusoidLayout layout) {
            this.layout = layout;
            return this;
        }

        /**
         * Sets the base of the wavelengths, which grow from 2π towards 2π · base. Other libraries
         * call it theta, max_wavelength or max_timescale.
         *
         * @param base a finite number greater than 1; 10000 when not set
         */
        public Builder optBase(double base) {
            this.base = base;
            return this;
        }

        /**
         * Sets the position that the formula uses for position 0: position p gets the values of p +
         * start.
         *
         * @param start 0 to 2³¹ − 1; 0 when not set
         */
        public Builder optStart(long start) {
            this.start = start;
            return this;
        }

        /**
         * Sets the factor of every value.
         *
         * @param scale a finite number; 1 when not set
         */
        public Builder optScale(double scale) {
            this.scale = scale;
            return this;
        }

        /**
         * Sets the type of the block's output. Inside a {@link Gpt2InputEmbedding} the output has
         * the type of the tokens' vectors instead.
         *
         * @param dataType float32, float64 or float16; float32 when not set
         */
        public Builder optDataType(DataType dataType) {
            this.dataType = dataType;
            return this;
        }

        /**
         * Builds the block.
         *
         * @throws IllegalArgumentException if an option is out of its range, or D is odd in a
         *     layout that requires an even one
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
