package io.forestage.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.decoder.attention.AttentionCore;
import io.forestage.decoder.attention.AttentionState;
import io.forestage.torch.DecoderOperations;
import org.jspecify.annotations.Nullable;

/**
 * One of GPT-2's transformer blocks: x + attention(norm(x)), and then y + feed-forward(norm(y)).
 *
 * <p><b>Shapes.</b> Vectors (B, T, D), optionally an attention mask (B, T) → (B, T, D).
 *
 * <p><b>PyTorch.</b> {@code GPT2Block} of transformers, without cross-attention. Dropout is applied
 * in training only.
 *
 * <p><b>Source.</b> Radford et al. 2019, §2.3.
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} for inputs of another
 * number, type or shape.
 */
public final class Gpt2Block extends AbstractBlock {

    private static final byte VERSION = 1;

    private final DecoderConfig config;
    private final Norm firstNorm;
    private final CausalSelfAttention attention;
    private final Norm secondNorm;
    private final Projection in;
    private final Projection out;

    /**
     * Makes a block.
     *
     * @param config the sizes and functions
     * @param layer the block's index, from 0
     */
    @SuppressWarnings("this-escape") // DJL's addChildBlock is final and only fills a list
    public Gpt2Block(DecoderConfig config, int layer) {
        super(VERSION);
        this.config = config;
        int width = config.width();
        int inner = config.innerWidth();
        firstNorm = addChildBlock("ln_1", new Norm(width, config.epsilon()));
        attention = addChildBlock("attn", new CausalSelfAttention(config, layer));
        secondNorm = addChildBlock("ln_2", new Norm(width, config.epsilon()));
        in = addChildBlock("mlp_c_fc", new Projection(width, inner, config.initializerRange()));
        out =
                addChildBlock(
                        "mlp_c_proj",
                        new Projection(inner, width, CausalSelfAttention.residualRange(config)));
    }

    AttentionCore attentionCore() {
        return attention.core();
    }

    /** Returns the parts with values, in the order of their use and of GPT-2's names. */
    WeightAndBias[] parts() {
        return new WeightAndBias[] {
            firstNorm, attention.in(), attention.out(), secondNorm, in, out
        };
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        try (DecoderInputs given = DecoderInputs.of(inputs, config.width())) {
            return new NDList(apply(parameterStore, given.vectors(), given.mask(), null, training));
        }
    }

    /**
     * Returns the result in the manager of the vectors.
     *
     * @param state what the attention remembers of tokens before; null if there are none
     */
    NDArray apply(
            ParameterStore parameterStore,
            NDArray vectors,
            @Nullable NDArray mask,
            @Nullable AttentionState state,
            boolean training) {
        DecoderOperations operations = DecoderOperations.get();
        try (NDManager scratch = vectors.getManager().newSubManager(vectors.getDevice())) {
            NDArray normalized = firstNorm.apply(parameterStore, vectors, training);
            normalized.attach(scratch);
            NDArray attended = attention.apply(parameterStore, normalized, mask, state, training);
            NDArray sum = operations.add(attended, vectors);
            NDArray again = secondNorm.apply(parameterStore, sum, training);
            NDArray result = operations.add(feedForward(parameterStore, again, training), sum);
            result.attach(vectors.getManager());
            return result;
        }
    }

    private NDArray feedForward(ParameterStore parameterStore, NDArray vectors, boolean training) {
        DecoderOperations operations = DecoderOperations.get();
        Device device = vectors.getDevice();
        NDArray result =
                operations.feedForward(
                        vectors,
                        in.layer(parameterStore, device, training),
                        out.layer(parameterStore, device, training),
                        config.activation().operation());
        return training && config.dropout() > 0
                ? operations.dropout(result, config.dropout())
                : result;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape vectors = new Shape(1, 1, config.width());
        children.values().forEach((Block child) -> child.initialize(manager, dataType, vectors));
    }

    /** Freezes or unfreezes every parameter. */
    @Override
    public void freezeParameters(boolean freeze) {
        children.values().forEach((Block child) -> child.freezeParameters(freeze));
    }
}
