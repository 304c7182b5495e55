package io.forestage.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.torch.EmbeddingOperations;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the vectors of token ids in a table of V vectors of D numbers.
 *
 * <p>An id has no meaning of its own, and neither has its one-hot vector; the row of the table is
 * learned. The lookup equals a linear layer over one-hot vectors, without the multiplications.
 *
 * <p><b>Shapes.</b> Ids (…), int32 or int64, of any rank → (…, D) of the table's type, float32,
 * float64 or float16. V and D may be 0.
 *
 * <p><b>PyTorch.</b> {@code torch.nn.Embedding} with all its arguments, forward and backward; a new
 * table after the same seed is the same, to the bit on the same machine (libtorch's random numbers
 * depend on the processor's vector instructions). Differences: ids are checked before the native
 * call, and the error names the bad one; {@code max_norm} below 0 and {@code sparse} with {@code
 * scale_grad_by_freq} are refused when the block is built (PyTorch refuses the latter in the
 * backward pass); bfloat16 and int16, which DJL cannot hold, are refused; a table of integers
 * (uint8, int8, int32, int64) must be given and frozen, because integers cannot be trained;
 * gradients of float16 are added in float32; a frozen table stays frozen in a trainer.
 *
 * <p><b>Source.</b> Bengio et al. 2003, "A Neural Probabilistic Language Model", §2 (the matrix C);
 * GPT-2's {@code wte} is 50257 × 768 (Radford et al. 2019).
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} for ids of another type and
 * for an id outside 0 … V − 1; the message has its index.
 */
public final class TokenEmbedding extends EmbeddingTable {

    private final EmbeddingOptions options;
    private final TableLookup lookup;

    private boolean fused;

    private TokenEmbedding(EmbeddingTable.Spec table, EmbeddingOptions options, boolean fused) {
        super(table);
        this.options = options;
        this.fused = fused;
        lookup = new TableLookup(options);
    }

    /** Returns a new builder. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes an embedding of given vectors. For other options use {@link Builder#optWeight} with
     * {@link Builder#optFreeze}.
     *
     * @param weight (V, D) of float32, float64 or float16, or of integers if it is frozen; the
     *     block becomes its owner, and messages use its name if it has one
     * @param freeze true to freeze the table, false to fine-tune it
     * @return the embedding, initialised
     * @throws IllegalArgumentException if the weight has not two dimensions or is of another type
     */
    public static TokenEmbedding fromPretrained(NDArray weight, boolean freeze) {
        return builder().optWeight(weight).optFreeze(freeze).build();
    }

    /** Returns V, the number of vectors in the table. */
    public long getNumEmbeddings() {
        return rows();
    }

    /** Returns D, the width of a vector. */
    public long getEmbeddingDim() {
        return width();
    }

    /**
     * Changes V. Remaining rows do not change, a frozen table stays frozen, and a {@link
     * TiedProjection} stays tied. An open trainer must be replaced by a new one.
     *
     * @param numEmbeddings the new number of vectors, at least 1 and greater than the padding index
     * @param newRows makes the added rows
     * @throws IllegalArgumentException if the number is out of range
     */
    public void resize(long numEmbeddings, NewRows newRows) {
        long minimum = Math.max(1, options.paddingIdx() + 1);
        if (numEmbeddings < minimum) {
            throw new IllegalArgumentException(
                    "numEmbeddings: expected at least %d, found %d"
                            .formatted(minimum, numEmbeddings));
        }
        NDManager owner = weight().getManager();
        try (NDManager scratch = owner.newSubManager(weight().getDevice())) {
            NDArray old = weight().stopGradient();
            old.attach(scratch);
            long kept = Math.min(numEmbeddings, rows());
            NDArray values = old.get(scratch, new NDIndex().addSliceDim(0, kept)).duplicate();
            if (numEmbeddings > kept) {
                values = values.concat(newRows.create(old, numEmbeddings - kept, scratch));
            }
            values.attach(owner);
            replace(values);
        }
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        return new NDList(embed(parameterStore, inputs.singletonOrThrow(), training));
    }

    @Override
    void afterInitialization(NDArray table) {
        lookup.zeroPadding(table);
    }

    /** Looks up ids (…) → (…, D), in the manager of the ids. */
    NDArray embed(ParameterStore parameterStore, NDArray ids, boolean training) {
        requireRows("token ids", ids);
        return find(parameterStore, ids, training);
    }

    /** Looks up ids (…) on the host → (…, D), in the manager. */
    NDArray embed(
            ParameterStore parameterStore, NDManager manager, IndexArray ids, boolean training) {
        requireRows(ids);
        try (NDArray checked = ids.toArray(manager)) {
            return find(parameterStore, checked, training);
        }
    }

    @Override
    boolean onlyReads(NDArray array, ParameterStore parameterStore, Device device) {
        return options.maxNorm() == null && super.onlyReads(array, parameterStore, device);
    }

    EmbeddingOperations operations() {
        return lookup.operations(weight().getManager());
    }

    private NDArray find(ParameterStore parameterStore, NDArray ids, boolean training) {
        NDArray table = weight(parameterStore, ids.getDevice(), training);
        NDArray own = weight();
        return fused && training && table == own && table.hasGradient()
                ? lookup.findFused(table, parameterId(), ids, own.getManager())
                : lookup.find(table, ids, own.getManager());
    }

    /** Keeps the table in the graph, where another block needs it too. */
    void keepInGraph() {
        fused = false;
    }

    /** Builds a {@link TokenEmbedding}. */
    public static final class Builder extends EmbeddingBuilder<Builder> {

        private boolean fused;

        private Builder() {}

        /**
         * Lets the optimiser read the gradients of the looked-up vectors themselves, without making
         * a gradient of the table. A step gives the same bits as with {@link #optSparse} and copies
         * less.
         *
         * <p>In training, the table is not in the graph. The vectors of a lookup stay in memory
         * until the optimiser's next step, so do not look up in training mode without ever
         * stepping. The gradient is a COO tensor as with {@link #optSparse} for float16, outside
         * training mode, where the trainer copies the table to another device, and in a step in
         * which the table already has a gradient of another use; with a {@link TiedProjection} it
         * is dense.
         *
         * <p>Only the optimisers of {@code io.forestage.optim} can do the step. Between a lookup
         * and the step, {@code table.getGradient()} is one row of NaN, which DJL's optimisers
         * refuse. The step throws {@link IllegalStateException}, and changes no weight, if anything
         * has been added to that row: by another use of the table, by another device, or by code
         * that scales or zeroes gradients. A lookup throws it if another optimiser has made the
         * table's first row NaN.
         *
         * @param fused true to leave the gradient out; false when not set
         */
        public Builder optFused(boolean fused) {
            this.fused = fused;
            return fused ? optSparse(true) : this;
        }

        /**
         * Builds the block. A given table can be used at once; a new one is made when the block is
         * initialised.
         *
         * @throws IllegalArgumentException if an option is out of its range, or sizes and weight
         *     contradict each other
         */
        public TokenEmbedding build() {
            EmbeddingTable.Spec table = table();
            EmbeddingOptions options = options(table.rows());
            return initialized(
                    new TokenEmbedding(table, options, fused && options.sparse()), table);
        }

        @Override
        Builder self() {
            return this;
        }

        @Override
        boolean takesIntegers() {
            return true;
        }
    }
}
