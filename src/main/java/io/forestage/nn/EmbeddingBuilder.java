package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import io.forestage.support.OptionCheck;
import org.jspecify.annotations.Nullable;

/**
 * The options that {@link TokenEmbedding} and {@link EmbeddingBag} share: PyTorch's arguments,
 * named in Java's style.
 *
 * @param <B> the type of the builder
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
     * @param numEmbeddings the number of vectors, at least 0; required without a weight, else the
     *     weight's when not set
     */
    public B setNumEmbeddings(long numEmbeddings) {
        this.numEmbeddings = numEmbeddings;
        return self();
    }

    /**
     * Sets D, {@code embedding_dim}.
     *
     * @param embeddingDim the width of a vector, at least 0; required without a weight, else the
     *     weight's when not set
     */
    public B setEmbeddingDim(long embeddingDim) {
        this.embeddingDim = embeddingDim;
        return self();
    }

    /**
     * Sets the row that gets no gradient, {@code padding_idx}. A new table has zeros there; a given
     * table is not changed. As in PyTorch, weight decay of an optimiser also applies to this row,
     * which has an effect unless the row is zero.
     *
     * @param paddingIdx from −V to V − 1; a negative one counts from the end; none when not set
     */
    public B optPaddingIdx(long paddingIdx) {
        this.paddingIdx = paddingIdx;
        return self();
    }

    /**
     * Sets the maximum norm of a row, {@code max_norm}. A lookup first scales longer rows among
     * those it reads down to this norm, in place, in training and in inference.
     *
     * @param maxNorm at least 0; no maximum when not set
     */
    public B optMaxNorm(double maxNorm) {
        this.maxNorm = maxNorm;
        return self();
    }

    /**
     * Sets the p of the p-norm of {@link #optMaxNorm}, {@code norm_type}.
     *
     * @param normType any number or {@link Double#POSITIVE_INFINITY}; 2 when not set
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
     */
    public B optSparse(boolean sparse) {
        this.sparse = sparse;
        return self();
    }

    /**
     * Sets the initializer of a new table.
     *
     * @param initializer N(0, 1) as in PyTorch when not set, which after the same seed makes the
     *     same table as {@code torch.nn.Embedding}
     */
    public B optInitializer(Initializer initializer) {
        this.initializer = initializer;
        return self();
    }

    /**
     * Sets the table's values, {@code _weight}.
     *
     * @param weight (V, D) of float32, float64 or float16, or of integers in a frozen {@link
     *     TokenEmbedding}; the block becomes its owner, and messages use its name if it has one
     */
    public B optWeight(NDArray weight) {
        this.weight = weight;
        return self();
    }

    /**
     * Freezes the table, {@code freeze} of {@code from_pretrained}: training does not change it
     * until it is unfrozen.
     *
     * @param freeze true to freeze; false when not set
     */
    public B optFreeze(boolean freeze) {
        this.freeze = freeze;
        return self();
    }

    /**
     * Sets the table's name in messages.
     *
     * @param name such as "wte.weight"; the weight's own name or "weight" when not set
     */
    public B optName(String name) {
        this.name = name;
        return self();
    }

    abstract B self();

    /** Returns whether a frozen table may hold integers. */
    boolean takesIntegers() {
        return false;
    }

    /** Returns the settings of the table. */
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

    /** Returns the options of the lookup in a table with this number of rows. */
    final EmbeddingOptions options(long rows) {
        return new EmbeddingOptions(
                EmbeddingOptions.row(paddingIdx, rows), maxNorm, normType, scaleGradByFreq, sparse);
    }

    /** Initialises the block if its table is given. */
    static <T extends EmbeddingTable> T initialized(T block, EmbeddingTable.Spec table) {
        NDArray given = table.weight();
        if (given != null) {
            block.initialize(given.getManager(), given.getDataType(), new Shape(1));
        }
        return block;
    }

    private long size(String option, @Nullable Long given, int axis) {
        if (weight == null) {
            return OptionCheck.requireNotNegative(option, given);
        }
        long found = weight.getShape().get(axis);
        if (given != null && given != found) {
            throw new IllegalArgumentException(
                    "%s: expected %d, as in the weight's shape %s, found %d"
                            .formatted(option, found, weight.getShape(), given));
        }
        return found;
    }
}
