package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * A lookup in a table of V vectors of D numbers: token ids in, their vectors out.
 *
 * <p>An id carries no meaning by itself, and neither does its one-hot vector; the row it names is
 * learned. The lookup equals a linear layer over one-hot vectors and costs no multiplication.
 *
 * <p><b>Shapes.</b> Ids (…), int32 or int64, of any rank → (…, D) of the table's type, float32,
 * float64 or float16. V and D may be 0.
 *
 * <p><b>PyTorch.</b> {@code torch.nn.Embedding} with all its arguments, forward and backward; a new
 * table after the same seed is the same, to the bit on the same machine (libtorch's random numbers
 * depend on the processor's vector instructions). Differences: a bad id is named before the native
 * call; {@code max_norm} below 0 and {@code sparse} with {@code scale_grad_by_freq} are refused
 * when the block is built, the latter in PyTorch at the backward pass; bfloat16 and int16, which
 * DJL cannot hold, are refused; a table of integers (uint8, int8, int32, int64) has to be given and
 * frozen, as nothing in it can be trained; a gradient of float16 is added up in float32; a freeze
 * holds in a trainer until it is lifted.
 *
 * <p><b>Source.</b> Bengio et al. 2003, "A Neural Probabilistic Language Model", §2 (the matrix C);
 * GPT-2's {@code wte} is 50257 × 768 (Radford et al. 2019).
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} for ids of another type and
 * for an id outside 0 … V − 1, with its place.
 */
public final class TokenEmbedding extends EmbeddingTable {

    private final EmbeddingOptions options;
    private final TableLookup lookup;

    private TokenEmbedding(EmbeddingTable.Spec table, EmbeddingOptions options) {
        super(table);
        this.options = options;
        lookup = new TableLookup(options);
    }

    /**
     * Starts a new embedding.
     *
     * @return its builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes an embedding of given vectors; {@link Builder#optWeight} with {@link Builder#optFreeze}
     * takes the other options too.
     *
     * @param weight (V, D) of float32, float64 or float16, of integers too if it is frozen; the
     *     block becomes its owner, and its name, if it has one, is what messages call the table
     * @param freeze true to keep the table as it is in training, false to fine-tune it
     * @return the embedding, initialised
     * @throws IllegalArgumentException if the weight is no table or of another type
     */
    public static TokenEmbedding fromPretrained(NDArray weight, boolean freeze) {
        return builder().optWeight(weight).optFreeze(freeze).build();
    }

    /**
     * Returns V.
     *
     * @return the number of vectors in the table
     */
    public long getNumEmbeddings() {
        return rows();
    }

    /**
     * Returns D.
     *
     * @return the width of a vector
     */
    public long getEmbeddingDim() {
        return width();
    }

    /**
     * Changes V. The old rows that stay keep every bit, the table its freeze, and a {@link
     * TiedProjection} its tie. A trainer that is open has to be made anew.
     *
     * @param numEmbeddings the new number of vectors, at least 1 and beyond the padding index
     * @param newRows how added rows start
     * @throws IllegalArgumentException if the number is out of range
     */
    public void resize(long numEmbeddings, NewRows newRows) {
        long least = Math.max(1, options.paddingIdx() + 1);
        if (numEmbeddings < least) {
            throw new IllegalArgumentException(
                    "numEmbeddings: expected at least " + least + ", found " + numEmbeddings);
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

    /** (…) ids → (…, D), in the manager of the ids. */
    NDArray embed(ParameterStore parameterStore, NDArray ids, boolean training) {
        requireRows(IndexArray.read("token ids", ids));
        return find(parameterStore, ids, training);
    }

    /** (…) ids on the host → (…, D), in the manager. */
    NDArray embed(
            ParameterStore parameterStore, NDManager manager, IndexArray ids, boolean training) {
        requireRows(ids);
        try (NDArray checked = ids.toArray(manager)) {
            return find(parameterStore, checked, training);
        }
    }

    private NDArray find(ParameterStore parameterStore, NDArray ids, boolean training) {
        NDArray table = weight(parameterStore, ids.getDevice(), training);
        return lookup.find(table, ids, weight().getManager());
    }

    /** Builds a {@link TokenEmbedding}. */
    public static final class Builder extends EmbeddingBuilder<Builder> {

        private Builder() {}

        /**
         * Builds the block. A given table is ready; a new one is made when the block is
         * initialised.
         *
         * @return the block
         * @throws IllegalArgumentException if an option is out of its range, or sizes and weight
         *     contradict each other
         */
        public TokenEmbedding build() {
            EmbeddingTable.Spec table = table();
            return initialized(new TokenEmbedding(table, options(table.rows())), table);
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
