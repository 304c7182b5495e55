package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * A lookup in a table of V vectors of D numbers: token ids in, their vectors out.
 *
 * <p>An id carries no meaning by itself, and neither does its one-hot vector; the row it names is
 * learned. The lookup equals a linear layer over one-hot vectors and costs no multiplication.
 *
 * <p><em>Shapes:</em> ids (…), int32 or int64, of any rank → (…, D) of the table's type.
 *
 * <p><em>PyTorch:</em> {@code torch.nn.Embedding(num_embeddings, embedding_dim)}; a new table is
 * N(0, 1), and {@link #fromPretrained} is {@code Embedding.from_pretrained}. {@code padding_idx},
 * {@code max_norm}, {@code norm_type}, {@code scale_grad_by_freq} and {@code sparse} are not
 * offered yet.
 *
 * <p><em>Source:</em> Bengio et al. 2003, "A Neural Probabilistic Language Model", §2 (the matrix
 * C); GPT-2's {@code wte} is 50257 × 768 (Radford et al. 2019).
 *
 * <p><em>Throws</em> at a forward pass: {@link IllegalArgumentException} for ids of another type
 * and for an id outside 0 … V − 1, with its place, before the native lookup.
 */
public final class TokenEmbedding extends EmbeddingTable {

    private TokenEmbedding(Builder builder, @Nullable NDArray pretrained) {
        super(
                builder.name,
                new Shape(builder.numEmbeddings, builder.embeddingDim),
                builder.initializer,
                pretrained);
    }

    /**
     * Starts a new, randomly initialised embedding.
     *
     * @return its builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes an embedding of given vectors.
     *
     * @param weight (V, D) of float32, float64 or float16; the block becomes its owner, and its
     *     name, if it has one, is what messages call the table
     * @param freeze true to keep the table as it is in training, false to fine-tune it
     * @return the embedding, initialised
     * @throws IllegalArgumentException if the weight is no table or of another type
     */
    public static TokenEmbedding fromPretrained(NDArray weight, boolean freeze) {
        requireTable(weight);
        Builder builder =
                builder()
                        .setNumEmbeddings(weight.getShape().get(0))
                        .setEmbeddingDim(weight.getShape().get(1))
                        .optName(nameOf(weight));
        TokenEmbedding embedding = new TokenEmbedding(builder, weight);
        embedding.freezeParameters(freeze);
        embedding.initialize(weight.getManager(), weight.getDataType(), new Shape(1));
        return embedding;
    }

    /**
     * Gives V.
     *
     * @return the number of vectors in the table
     */
    public long getNumEmbeddings() {
        return rows();
    }

    /**
     * Gives D.
     *
     * @return the width of a vector
     */
    public long getEmbeddingDim() {
        return width();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        return new NDList(embed(parameterStore, inputs.singletonOrThrow(), training));
    }

    /** (…) ids → (…, D), in the manager of the ids. */
    NDArray embed(ParameterStore parameterStore, NDArray ids, boolean training) {
        IndexArray.read("token ids", ids).requireBelow(rows(), rowsInWords());
        return lookup(parameterStore, ids, training);
    }

    /** Builds a {@link TokenEmbedding}. */
    public static final class Builder {

        private String name = "weight";
        private long numEmbeddings;
        private long embeddingDim;
        private Initializer initializer = new NormalInitializer(1f);

        private Builder() {}

        /**
         * Sets V.
         *
         * @param numEmbeddings the number of vectors, at least 1
         * @return this builder
         */
        public Builder setNumEmbeddings(long numEmbeddings) {
            this.numEmbeddings = numEmbeddings;
            return this;
        }

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
         * Sets how a new table starts.
         *
         * @param initializer the initializer; N(0, 1) as in PyTorch when not set
         * @return this builder
         */
        public Builder optInitializer(Initializer initializer) {
            this.initializer = initializer;
            return this;
        }

        /**
         * Sets what messages call the table.
         *
         * @param name a name such as "wte.weight"; "weight" when not set
         * @return this builder
         */
        public Builder optName(String name) {
            this.name = name;
            return this;
        }

        /**
         * Builds the block; its table is made when the block is initialised.
         *
         * @return the block
         * @throws IllegalArgumentException if V or D is less than 1
         */
        public TokenEmbedding build() {
            Dimensions.requirePositive("numEmbeddings", numEmbeddings);
            Dimensions.requirePositive("embeddingDim", embeddingDim);
            return new TokenEmbedding(this, null);
        }
    }
}
