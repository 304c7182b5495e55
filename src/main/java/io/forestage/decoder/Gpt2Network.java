package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.nn.Gpt2InputEmbedding;
import org.jspecify.annotations.Nullable;

/**
 * GPT-2 as one block: the input stage, the decoder and the head. Unlike a sequence of the three, it
 * gives the attention mask to the decoder, so that rows may be padded on the left.
 *
 * <p><b>Shapes.</b> The inputs of {@link Gpt2InputEmbedding}, with ids (B, T) → logits (B, T, V).
 *
 * <p><b>PyTorch.</b> {@code GPT2LMHeadModel} of transformers, with the positions of {@code
 * generate}.
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} as the three blocks do.
 */
public final class Gpt2Network extends AbstractBlock {

    private static final byte VERSION = 1;

    private final Gpt2InputEmbedding stage;
    private final Gpt2Decoder decoder;
    private final Block head;

    /**
     * Makes a network of its parts.
     *
     * @param stage the input stage
     * @param decoder the transformer blocks
     * @param head (B, T, D) → (B, T, V), such as a {@link io.forestage.nn.TiedProjection}
     */
    @SuppressWarnings("this-escape") // DJL's addChildBlock is final and only fills a list
    public Gpt2Network(Gpt2InputEmbedding stage, Gpt2Decoder decoder, Block head) {
        super(VERSION);
        this.stage = addChildBlock("stage", stage);
        this.decoder = addChildBlock("decoder", decoder);
        this.head = addChildBlock("lm_head", head);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray mask = Gpt2InputEmbedding.attentionMask(inputs);
        try (NDList embedded = stage.forward(parameterStore, inputs, training, params)) {
            NDList given = new NDList(embedded);
            if (mask != null) {
                given.add(mask);
            }
            try (NDList vectors = decoder.forward(parameterStore, given, training)) {
                return head.forward(parameterStore, vectors, training);
            }
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape[] vectors = stage.getOutputShapes(inputShapes);
        return head.getOutputShapes(decoder.getOutputShapes(vectors));
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        stage.initialize(manager, dataType, inputShapes);
        Shape[] vectors = stage.getOutputShapes(inputShapes);
        decoder.initialize(manager, dataType, vectors);
        head.initialize(manager, dataType, vectors);
    }

    /** Freezes or unfreezes every parameter. */
    @Override
    public void freezeParameters(boolean freeze) {
        children.values().forEach((Block child) -> child.freezeParameters(freeze));
    }
}
