package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import org.jspecify.annotations.Nullable;

/**
 * The options that {@link TokenEmbedding} and {@link EmbeddingBag} share; PyTorch's arguments in
 * Java's spelling.
 *
 * @param <B> the builder itself
 */
public abstract sealed class EmbeddingBuilder<B extends EmbeddingBuilder<B>>
        permits TokenEmbedding.Builder, EmbeddingBag.Builder {

    private @Nullable Long numEmbeddings;
    private @Nullable Long embeddingDim;
    private @Nullable String name;
    private @Nullable NDArray weight;
    private boolean freeze;
    private Initializer initializer = new NormalInitializer(1f);
    private @Nullable Long paddingIdx;
    private @Nullable Double maxNorm;
    private double normType = 2;
    private boolean scaleGradByFreq;
    private boolean sparse;

    EmbeddingBuilder() {}

    /**
     * Sets V, {@code num_embeddings}.
     *
     * @param numEmbeddings the number of vectors, at least 0; that of the weight when not set, and
     *     needed without one
     * @return this builder
     */
    public B setNumEmbeddings(long numEmbeddings) {
        this.numEmbeddings = numEmbeddings;
        return self();
    }

    /**
     * Sets D, {@code embedding_dim}.
     *
     * @param embeddingDim the width of a vector, at least 0; that of the weight when not set, and
     *     needed without one
     * @return this builder
     */
    public B setEmbeddingDim(long embeddingDim) {
        this.embeddingDim = embeddingDim;
        return self();
    }

    /**
     * Sets the row that gets no gradient, {@code padding_idx}. In a new table it starts at zero; in
     * a given one it is left alone. As in PyTorch, an optimiser that decays weights decays this row
     * too, unless it is zero.
     *
     * @param paddingIdx from −V to V − 1, a negative one counting from the end; none when not set
     * @return this builder
     */
    public B optPaddingIdx(long paddingIdx) {
        this.paddingIdx = paddingIdx;
        return self();
    }

    /**
     * Sets the norm down to which looked-up rows are scaled before a lookup, in place, in training
     * and inference alike, {@code max_norm}.
     *
     * @param maxNorm at least 0; none when not set
     * @return this builder
     */
    public B optMaxNorm(double maxNorm) {
        this.maxNorm = maxNorm;
        return self();
    }

    /**
     * Sets the p of that norm, {@code norm_type}.
     *
     * @param normType any number, {@link Double#POSITIVE_INFINITY} too; 2 when not set
     * @return this builder
     */
    public B optNormType(double normType) {
        this.normType = normType;
        return self();
    }

    /**
     * Divides a row's gradient by the number of its occurrences in a batch, {@code
     * scale_grad_by_freq}.
     *
     * @param scaleGradByFreq true to divide; false when not set
     * @return this builder
     */
    public B optScaleGradByFreq(boolean scaleGradByFreq) {
        this.scaleGradByFreq = scaleGradByFreq;
        return self();
    }

    /**
     * Makes the gradient a COO tensor of the looked-up rows, {@code sparse}. DJL's own optimisers
     * refuse such gradients.
     *
     * @param sparse true for a sparse gradient; false when not set
     * @return this builder
     */
    public B optSparse(boolean sparse) {
        this.sparse = sparse;
        return self();
    }

    /**
     * Sets how a new table starts.
     *
     * @param initializer the initializer; N(0, 1) as in PyTorch when not set, which after the same
     *     seed gives the very table of {@code torch.nn.Embedding}
     * @return this builder
     */
    public B optInitializer(Initializer initializer) {
        this.initializer = initializer;
        return self();
    }

    /**
     * Sets the table's values, {@code _weight}.
     *
     * @param weight (V, D) of float32, float64 or float16, in a frozen {@link TokenEmbedding} of
     *     integers too; the block becomes its owner, and its name, if it has one, is what messages
     *     call the table
     * @return this builder
     */
    public B optWeight(NDArray weight) {
        this.weight = weight;
        return self();
    }

    /**
     * Freezes the table, {@code freeze} of {@code from_pretrained}: no training changes it until it
     * is unfrozen.
     *
     * @param freeze true to freeze; false when not set
     * @return this builder
     */
    public B optFreeze(boolean freeze) {
        this.freeze = freeze;
        return self();
    }

    /**
     * Sets what messages call the table.
     *
     * @param name a name such as "wte.weight"; the weight's own name or "weight" when not set
     * @return this builder
     */
    public B optName(String name) {
        this.name = name;
        return self();
    }

    abstract B self();

    /** Whether a frozen table may hold integers. */
    boolean takesIntegers() {
        return false;
    }

    /** The table, before any option of the lookup. */
    final EmbeddingTable.Spec table() {
        if (weight != null) {
            EmbeddingTable.requireTable(weight);
        }
        return new EmbeddingTable.Spec(
                name != null ? name : weight == null ? "weight" : EmbeddingTable.nameOf(weight),
                size("numEmbeddings", numEmbeddings, 0),
                size("embeddingDim", embeddingDim, 1),
                initializer,
                weight,
                freeze,
                weight != null && freeze && maxNorm == null && takesIntegers());
    }

    /** The options of the lookup in a table of so many rows. */
    final EmbeddingOptions options(long rows) {
        return new EmbeddingOptions(
                EmbeddingOptions.row(paddingIdx, rows), maxNorm, normType, scaleGradByFreq, sparse);
    }

    /** Makes the block of a given table ready. */
    static <T extends EmbeddingTable> T initialized(T block, EmbeddingTable.Spec table) {
        NDArray given = table.weight();
        if (given != null) {
            block.initialize(given.getManager(), given.getDataType(), new Shape(1));
        }
        return block;
    }

    private long size(String option, @Nullable Long given, int axis) {
        if (weight == null) {
            return Dimensions.requireNotNegative(option, given);
        }
        long found = weight.getShape().get(axis);
        if (given != null && given != found) {
            throw new IllegalArgumentException(
                    option
                            + ": expected that of the weight "
                            + weight.getShape()
                            + ", found "
                            + given);
        }
        return found;
    }
}
