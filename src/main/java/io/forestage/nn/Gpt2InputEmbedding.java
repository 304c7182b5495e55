package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.torch.NativeMemory;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Computes the input of GPT-2's first transformer block: dropout(wte[ids] + wpe[positions]).
 *
 * <p><b>Shapes.</b> One to three inputs → (…, T, D):
 *
 * <ul>
 *   <li>token ids (…, T), int32 or int64; positions start at 0, or at {@link #PAST_LENGTH};
 *   <li>attention mask (…, S), int32, int64 or boolean, 0 at pads and 1 at tokens; positions are
 *       derived from it, so that a row padded on the left starts at position 0. S = T, or T plus
 *       the length of a cached past;
 *   <li>position ids (…, T) or (T), int32 or int64; they replace the mask's positions.
 * </ul>
 *
 * <p>An array with one of Hugging Face's names has that role, whatever its place in the list:
 * {@link #INPUT_IDS}, {@link #ATTENTION_MASK}, {@link #POSITION_IDS}; {@link #INPUTS_EMBEDS},
 * vectors (…, T, D) in place of ids; and {@link #TOKEN_TYPE_IDS} (…, T), which adds a vector of wte
 * to each token. Arrays without such a name fill the other roles in the order above.
 *
 * <p>The result is always a new array, in the manager of the ids or the given vectors, even if
 * vectors are given and nothing is added to them. Input and result can be closed independently.
 *
 * <p><b>PyTorch.</b> The first lines of Hugging Face's {@code GPT2Model.forward} with the position
 * ids of its {@code prepare_inputs_for_generation}; {@code GPT2Model.forward} itself ignores the
 * mask when it counts positions. Dropout is applied in training only. {@code token_type_ids} are
 * looked up in wte, as there.
 *
 * <p><b>Source.</b> Radford et al. 2018, §3.1, equation 2 (h0 = U We + Wp); Radford et al. 2019
 * §2.3.
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} for a wrong number, type or
 * shape of inputs, for an id or position outside its table (the message has its index), and for a
 * sequence longer than the positions (the message has both lengths).
 */
public final class Gpt2InputEmbedding extends AbstractBlock {

    /**
     * The name of a forward parameter, a {@link Number}: the number of tokens in a cached past.
     * Only for inputs without position ids.
     */
    public static final String PAST_LENGTH = "past_length";

    /** The name of an input with the token ids. */
    public static final String INPUT_IDS = "input_ids";

    /** The name of an input with 1 at tokens and 0 at pads. */
    public static final String ATTENTION_MASK = "attention_mask";

    /** The name of an input with each token's position. */
    public static final String POSITION_IDS = "position_ids";

    /** The name of an input with vectors in place of ids. */
    public static final String INPUTS_EMBEDS = "inputs_embeds";

    /** The name of an input with the type of each token, which is a row of wte. */
    public static final String TOKEN_TYPE_IDS = "token_type_ids";

    private static final byte VERSION = 1;

    private final TokenEmbedding tokenEmbedding;
    private final @Nullable PositionalEmbedding positionalEmbedding;
    private final double tokenScale;
    private final Dropout dropout;
    private final @Nullable JoinedLookup joined;

    @SuppressWarnings("this-escape") // DJL's addChildBlock is final and only fills a list
    private Gpt2InputEmbedding(Builder builder, TokenEmbedding tokenEmbedding) {
        super(VERSION);
        this.tokenEmbedding = addChildBlock("wte", tokenEmbedding);
        positionalEmbedding = builder.positionalEmbedding;
        if (positionalEmbedding != null) {
            addChildBlock("wpe", positionalEmbedding);
        }
        tokenScale = builder.tokenScale;
        dropout = addChildBlock("drop", Dropout.builder().optRate(builder.dropout).build());
        joined = builder.joined;
    }

    /** Returns a new builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns wte. */
    public TokenEmbedding getTokenEmbedding() {
        return tokenEmbedding;
    }

    /** Returns wpe or the sinusoid, or null if there are no positions. */
    public @Nullable PositionalEmbedding getPositionalEmbedding() {
        return positionalEmbedding;
    }

    /**
     * Returns the attention mask among the inputs of a forward pass, for a block after this one.
     *
     * @param inputs inputs as of a forward pass
     * @return the mask, or null if there is none
     * @throws IllegalArgumentException if there are too many inputs, or none
     */
    public static @Nullable NDArray attentionMask(NDList inputs) {
        return Gpt2Inputs.of(inputs, null).attentionMask();
    }

    /**
     * Embeds tokens at given positions.
     *
     * @param parameterStore the parameters' values
     * @param tokenIds (…, T), int32 or int64
     * @param positionIds the positions; {@link PositionIds#range PositionIds.range(past, T)} after
     *     a cached past
     * @param training true to apply dropout
     * @return (…, T, D), in the manager of the ids
     * @throws IllegalArgumentException for an id or position outside its table
     */
    public NDArray embed(
            ParameterStore parameterStore,
            NDArray tokenIds,
            PositionIds positionIds,
            boolean training) {
        NDArray sum =
                sumOfJoined(
                        parameterStore,
                        tokenIds.getManager(),
                        tokenIds.getShape(),
                        () -> IndexArray.read("token ids", tokenIds),
                        positionIds,
                        training);
        if (sum != null) {
            return sum;
        }
        NDArray vectors = tokenEmbedding.embed(parameterStore, tokenIds, training);
        return finish(vectors, parameterStore, positionIds, training);
    }

    /**
     * Embeds tokens whose ids are on the host. They are checked there, before any reaches the
     * device.
     *
     * @param parameterStore the parameters' values
     * @param manager the owner of the result, which lies on its device
     * @param tokenIds the ids, row after row
     * @param shape (…, T), the shape of the ids
     * @param positionIds the positions
     * @param training true to apply dropout
     * @return (…, T, D)
     * @throws IllegalArgumentException as a forward pass does
     */
    public NDArray embed(
            ParameterStore parameterStore,
            NDManager manager,
            long[] tokenIds,
            Shape shape,
            PositionIds positionIds,
            boolean training) {
        IndexArray ids = IndexArray.of("token ids", tokenIds, shape);
        NDArray sum = sumOfJoined(parameterStore, manager, shape, () -> ids, positionIds, training);
        if (sum != null) {
            return sum;
        }
        NDArray vectors = tokenEmbedding.embed(parameterStore, manager, ids, training);
        return finish(vectors, parameterStore, positionIds, training);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        Gpt2Inputs given = Gpt2Inputs.of(inputs, params);
        PositionIds positionIds = given.positionIds();
        if (!given.areVectors() && given.tokenTypeIds() == null) {
            return new NDList(embed(parameterStore, given.tokens(), positionIds, training));
        }
        VectorSum sum =
                given.areVectors()
                        ? vectors(given, training)
                        : scaled(
                                tokenEmbedding.embed(parameterStore, given.tokens(), training),
                                training);
        addPositions(sum, parameterStore, positionIds, training);
        NDArray types = given.tokenTypeIds();
        if (types != null) {
            try (NDArray vectors = tokenEmbedding.embed(parameterStore, types, training)) {
                sum.add(vectors);
            }
        }
        return new NDList(drop(sum, parameterStore, training));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return tokenEmbedding.getOutputShapes(inputShapes);
    }

    /** Freezes or unfreezes every table, as the tables' own methods do. */
    @Override
    public void freezeParameters(boolean freeze) {
        getChildren().values().forEach(child -> child.freezeParameters(freeze));
    }

    /** Freezes or unfreezes tables that satisfy a condition, as the tables' own methods do. */
    @Override
    public void freezeParameters(boolean freeze, Predicate<Parameter> predicate) {
        getChildren().values().forEach(child -> child.freezeParameters(freeze, predicate));
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape ids = inputShapes[0];
        tokenEmbedding.initialize(manager, dataType, ids);
        if (positionalEmbedding != null) {
            positionalEmbedding.initialize(manager, dataType, ids);
        }
        dropout.initialize(manager, dataType, ids.add(tokenEmbedding.getEmbeddingDim()));
    }

    /** Returns the sum, or null where it is not that of joined tables. */
    private @Nullable NDArray sumOfJoined(
            ParameterStore parameterStore,
            NDManager manager,
            Shape shape,
            Supplier<IndexArray> tokenIds,
            PositionIds positionIds,
            boolean training) {
        return joined == null
                        || training
                        || tokenScale != 1
                        || shape.size() < JoinedLookup.MIN_TOKENS
                        || !joined.fits(parameterStore, manager, shape, positionIds)
                ? null
                : joined.sum(manager, tokenIds.get(), positionIds);
    }

    /** Makes the result of the tokens' own vectors. */
    private NDArray finish(
            NDArray vectors,
            ParameterStore parameterStore,
            PositionIds positionIds,
            boolean training) {
        VectorSum sum = scaled(vectors, training);
        addPositions(sum, parameterStore, positionIds, training);
        return drop(sum, parameterStore, training);
    }

    private VectorSum scaled(NDArray vectors, boolean training) {
        VectorSum sum = VectorSum.startingWithOwn(vectors, training);
        sum.scale(tokenScale);
        return sum;
    }

    private void addPositions(
            VectorSum sum,
            ParameterStore parameterStore,
            PositionIds positionIds,
            boolean training) {
        if (positionalEmbedding == null) {
            return;
        }
        NDArray vectors = sum.result();
        try (NDManager scratch = vectors.getManager().newSubManager(vectors.getDevice())) {
            sum.add(
                    positionalEmbedding.embed(
                            parameterStore, scratch, positionIds, vectors.getDataType(), training));
        }
    }

    private NDArray drop(VectorSum sum, ParameterStore parameterStore, boolean training) {
        if (training) {
            sum.replace(
                    vectors ->
                            dropout.forward(parameterStore, new NDList(vectors), true)
                                    .singletonOrThrow());
        }
        return sum.result();
    }

    /** Returns the given vectors, copied if no sum will make a new array. */
    private VectorSum vectors(Gpt2Inputs given, boolean training) {
        NDArray vectors = requireWidth(given.tokens());
        return positionalEmbedding == null && given.tokenTypeIds() == null
                ? VectorSum.startingWithOwn(NativeMemory.copyOf(vectors), training)
                : VectorSum.startingWithGiven(vectors, training);
    }

    private NDArray requireWidth(NDArray vectors) {
        Shape found = vectors.getShape();
        long width = tokenEmbedding.getEmbeddingDim();
        if (found.get(found.dimension() - 1) != width) {
            throw new IllegalArgumentException(
                    INPUTS_EMBEDS
                            + ": expected vectors of width "
                            + width
                            + ", found shape "
                            + found);
        }
        return vectors;
    }

    /** Builds a {@link Gpt2InputEmbedding}. */
    public static final class Builder {

        private @Nullable TokenEmbedding tokenEmbedding;
        private @Nullable PositionalEmbedding positionalEmbedding;
        private double tokenScale = 1;
        private float dropout = 0.1f;
        private @Nullable NDArray joinedTables;
        private long firstToken;
        private @Nullable JoinedLookup joined;

        private Builder() {}

        /**
         * Sets the block of the tokens' vectors.
         *
         * @param tokenEmbedding wte, (V, D)
         */
        public Builder setTokenEmbedding(TokenEmbedding tokenEmbedding) {
            this.tokenEmbedding = tokenEmbedding;
            return this;
        }

        /**
         * Sets the block of the positions' vectors.
         *
         * @param positionalEmbedding wpe or the sinusoid; positions add nothing when not set
         */
        public Builder optPositionalEmbedding(PositionalEmbedding positionalEmbedding) {
            this.positionalEmbedding = positionalEmbedding;
            return this;
        }

        /**
         * Sets the factor of the tokens' vectors, before positions are added. Vaswani et al. 2017,
         * §3.4, multiply by √D.
         *
         * @param scale any finite number; 1 as in GPT-2 when not set
         */
        public Builder optTokenScale(double scale) {
            tokenScale = scale;
            return this;
        }

        /**
         * Sets the dropout rate of the sum in training.
         *
         * @param rate at least 0 and less than 1; 0.1, GPT-2's {@code embd_pdrop}, when not set
         */
        public Builder optDropout(float rate) {
            dropout = rate;
            return this;
        }

        /**
         * Sets an array over the memory of both tables, wte and a learned wpe, which lie one behind
         * the other. An inference on the CPU then reads a token's and a position's row in one
         * native call. Results have the same bits with and without it.
         *
         * @param both (V + P, D), float32 on the CPU; a change of a table must be one of this array
         * @param firstToken the row of token 0: 0, or P if wpe comes first
         */
        public Builder optJoinedTables(NDArray both, long firstToken) {
            joinedTables = both;
            this.firstToken = firstToken;
            return this;
        }

        /**
         * Builds the block.
         *
         * @throws IllegalArgumentException if the token embedding is missing, the widths differ,
         *     the joined tables are not both tables, or the scale or the dropout rate is out of
         *     range
         */
        public Gpt2InputEmbedding build() {
            if (tokenEmbedding == null) {
                throw new IllegalArgumentException("tokenEmbedding: expected a block, found none");
            }
            if (!Double.isFinite(tokenScale)) {
                throw new IllegalArgumentException(
                        "tokenScale: expected a finite number, found " + tokenScale);
            }
            if (!(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException(
                        "dropout: expected at least 0 and less than 1, found " + dropout);
            }
            if (positionalEmbedding != null
                    && positionalEmbedding.getEmbeddingDim() != tokenEmbedding.getEmbeddingDim()) {
                throw new IllegalArgumentException(
                        "positionalEmbedding: expected the width of the token embedding, "
                                + tokenEmbedding.getEmbeddingDim()
                                + ", found "
                                + positionalEmbedding.getEmbeddingDim());
            }
            NDArray both = joinedTables;
            if (both != null) {
                if (!(positionalEmbedding instanceof LearnedPositionalEmbedding learned)) {
                    throw new IllegalArgumentException(
                            "joinedTables: expected learned positions, found others");
                }
                joined = new JoinedLookup(both, firstToken, tokenEmbedding, learned);
            }
            return new Gpt2InputEmbedding(this, tokenEmbedding);
        }
    }
}
