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
 * Attention of many heads, in which a token sees itself and the tokens before it: GPT-2's {@code
 * attn} with {@code c_attn} and {@code c_proj}.
 *
 * <p><b>Shapes.</b> Vectors (B, T, D), optionally an attention mask (B, T) → (B, T, D). No token
 * sees padding, which is 0 in the mask.
 *
 * <p><b>PyTorch.</b> {@code GPT2Attention} of transformers, with its dropout in training only.
 *
 * <p><b>Source.</b> Vaswani et al. 2017, §3.2; Radford et al. 2018, §3.1.
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} for inputs of another
 * number, type or shape.
 */
public final class CausalSelfAttention extends AbstractBlock {

    private static final byte VERSION = 1;

    private final DecoderConfig config;
    private final Projection in;
    private final AttentionCore core;
    private final Projection out;

    /**
     * Makes the attention of a block.
     *
     * @param config the sizes, the kind of attention and the dropout
     * @param layer the block's index, from 0
     */
    @SuppressWarnings("this-escape") // DJL's addChildBlock is final and only fills a list
    public CausalSelfAttention(DecoderConfig config, int layer) {
        super(VERSION);
        this.config = config;
        int width = config.width();
        in = addChildBlock("c_attn", new Projection(width, 3 * width, config.initializerRange()));
        core = config.attention().newCore(layer, config.heads(), config.headWidth());
        addChildBlock("core", core);
        out = addChildBlock("c_proj", new Projection(width, width, residualRange(config)));
    }

    /** GPT-2 scales the layers that add to the residual stream by their number, two a block. */
    static double residualRange(DecoderConfig config) {
        return config.initializerRange() / Math.sqrt(2.0 * config.layers());
    }

    Projection in() {
        return in;
    }

    AttentionCore core() {
        return core;
    }

    Projection out() {
        return out;
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
     * @param state what the core remembers of tokens before; null if there are none
     */
    NDArray apply(
            ParameterStore parameterStore,
            NDArray vectors,
            @Nullable NDArray mask,
            @Nullable AttentionState state,
            boolean training) {
        DecoderOperations operations = DecoderOperations.get();
        Device device = vectors.getDevice();
        DecoderOperations.Layer first = in.layer(parameterStore, device, training);
        DecoderOperations.Layer last = out.layer(parameterStore, device, training);
        try (NDManager scratch = vectors.getManager().newSubManager(device)) {
            DecoderOperations.Heads heads = operations.heads(vectors, first, config.heads());
            heads.attach(scratch);
            NDArray queries = heads.queries();
            NDArray keys = heads.keys();
            NDArray values = heads.values();
            NDArray attended =
                    state == null
                            ? core.attend(parameterStore, queries, keys, values, mask, training)
                            : state.attend(parameterStore, queries, keys, values, mask);
            NDArray merged = operations.merge(attended, last);
            NDArray result =
                    training && config.dropout() > 0
                            ? operations.dropout(merged, config.dropout())
                            : merged;
            result.attach(vectors.getManager());
            return result;
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape vectors = new Shape(1, 1, config.width());
        Shape head = new Shape(1, config.heads(), 1, config.headWidth());
        in.initialize(manager, dataType, vectors);
        core.initialize(manager, dataType, head, head, head);
        out.initialize(manager, dataType, vectors);
    }

    /** Freezes or unfreezes every parameter. */
    @Override
    public void freezeParameters(boolean freeze) {
        children.values().forEach((Block child) -> child.freezeParameters(freeze));
    }
}
