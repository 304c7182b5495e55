package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.decoder.attention.Attention;
import io.forestage.decoder.attention.AttentionCore;
import io.forestage.decoder.attention.AttentionState;
import io.forestage.weights.checkpoint.DecoderTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * GPT-2's transformer blocks and their last norm, from the input stage's vectors to those that the
 * head projects to logits. With rows that are padded on the right or not at all, this is GPT-2:
 *
 * <pre>{@code
 * new SequentialBlock()
 *         .add(stage.block())
 *         .add(decoder)
 *         .add(new TiedProjection(stage.block().getTokenEmbedding()))
 * }</pre>
 *
 * <p>A sequence of blocks does not pass the attention mask on, which rows that are padded on the
 * left need: {@link Gpt2Network} does.
 *
 * <p><b>Shapes.</b> Vectors (B, T, D), optionally an attention mask (B, T), int32, int64 or
 * boolean, 0 at padding → (B, T, D). The vectors at padding are finite but mean nothing. T has no
 * limit here: the stage's learned positions have.
 *
 * <p><b>PyTorch.</b> {@code GPT2Model} of transformers after its embeddings. Dropout is applied in
 * training only.
 *
 * <p><b>Source.</b> Radford et al. 2018, §3.1, equation 2; Radford et al. 2019, §2.3.
 *
 * <p><b>Throws</b> at a forward pass: {@link IllegalArgumentException} for inputs of another
 * number, type or shape.
 */
public final class Gpt2Decoder extends AbstractBlock {

    private static final byte VERSION = 1;

    static final int PARTS_OF_A_BLOCK = DecoderTensors.PARTS.size();

    private final DecoderConfig config;
    private final List<Gpt2Block> blocks = new ArrayList<>();
    private final Norm lastNorm;

    /**
     * Makes a decoder.
     *
     * @param config the sizes and functions
     */
    @SuppressWarnings("this-escape") // DJL's addChildBlock is final and only fills a list
    public Gpt2Decoder(DecoderConfig config) {
        super(VERSION);
        this.config = config;
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(addChildBlock("h_" + layer, new Gpt2Block(config, layer)));
        }
        lastNorm = addChildBlock("ln_f", new Norm(config.width(), config.epsilon()));
    }

    /** Returns a new builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the sizes and functions. */
    public DecoderConfig config() {
        return config;
    }

    /** Returns the parts with values by their names in GPT-2's files, without a prefix. */
    List<NamedPart> parts() {
        List<NamedPart> parts = new ArrayList<>();
        for (int layer = 0; layer < blocks.size(); layer++) {
            WeightAndBias[] of = blocks.get(layer).parts();
            for (int i = 0; i < of.length; i++) {
                parts.add(
                        new NamedPart(
                                "h.%d.%s".formatted(layer, DecoderTensors.PARTS.get(i)), of[i]));
            }
        }
        parts.add(new NamedPart("ln_f", lastNorm));
        return parts;
    }

    /** Returns the parameters of the attention itself, of FMM's, by their blocks' indices. */
    Map<Integer, Parameter> attentionParameters() {
        Map<Integer, Parameter> parameters = new TreeMap<>();
        for (int layer = 0; layer < blocks.size(); layer++) {
            for (Parameter parameter : blocks.get(layer).attentionCore().getParameters().values()) {
                parameters.put(layer, parameter);
            }
        }
        return parameters;
    }

    /**
     * A part of the decoder with values.
     *
     * @param name such as {@code h.0.attn.c_attn}
     */
    record NamedPart(String name, WeightAndBias part) {}

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        try (DecoderInputs given = DecoderInputs.of(inputs, config.width())) {
            return new NDList(
                    apply(parameterStore, given.vectors(), given.mask(), List.of(), training));
        }
    }

    /**
     * Returns the result in the manager of the vectors.
     *
     * @param states what each block remembers of tokens before; empty if there are none
     */
    NDArray apply(
            ParameterStore parameterStore,
            NDArray vectors,
            @Nullable NDArray mask,
            List<AttentionState> states,
            boolean training) {
        NDManager manager = vectors.getManager();
        try (NDManager scratch = manager.newSubManager()) {
            NDArray last = vectors;
            for (int layer = 0; layer < blocks.size(); layer++) {
                AttentionState state = states.isEmpty() ? null : states.get(layer);
                NDArray next = blocks.get(layer).apply(parameterStore, last, mask, state, training);
                next.attach(scratch);
                if (last != vectors) {
                    last.close();
                }
                last = next;
            }
            NDArray result = lastNorm.apply(parameterStore, last, training);
            result.attach(manager);
            return result;
        }
    }

    /** Returns the attention of each block. */
    List<AttentionCore> attentionCores() {
        return blocks.stream().map(Gpt2Block::attentionCore).toList();
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

    /** Builds a {@link Gpt2Decoder}. */
    public static final class Builder {

        private int layers;
        private int heads;
        private int width;
        private @Nullable Integer innerWidth;
        private ActivationFunction activation = ActivationFunction.GELU_NEW;
        private double epsilon = DecoderConfig.GPT2_EPSILON;
        private Attention attention = Attention.softmax();
        private double dropout = DecoderConfig.GPT2_DROPOUT;
        private double initializerRange = DecoderConfig.GPT2_INITIALIZER_RANGE;

        private Builder() {}

        /**
         * Sets the number of blocks, {@code n_layer}.
         *
         * @param layers at least 1
         */
        public Builder setLayers(int layers) {
            this.layers = layers;
            return this;
        }

        /**
         * Sets the number of heads, {@code n_head}.
         *
         * @param heads a divisor of the width
         */
        public Builder setHeads(int heads) {
            this.heads = heads;
            return this;
        }

        /**
         * Sets the width of a vector, {@code n_embd}.
         *
         * @param width that of the stage
         */
        public Builder setWidth(int width) {
            this.width = width;
            return this;
        }

        /**
         * Sets the width within the feed-forward layers, {@code n_inner}.
         *
         * @param innerWidth at least 1; four times the width when not set
         */
        public Builder optInnerWidth(int innerWidth) {
            this.innerWidth = innerWidth;
            return this;
        }

        /**
         * Sets the function within the feed-forward layers.
         *
         * @param activation the function; GPT-2's when not set
         */
        public Builder optActivation(ActivationFunction activation) {
            this.activation = activation;
            return this;
        }

        /**
         * Sets what layer normalisation adds to the variance.
         *
         * @param epsilon a positive number; 1e-5 when not set
         */
        public Builder optEpsilon(double epsilon) {
            this.epsilon = epsilon;
            return this;
        }

        /**
         * Sets how heads attend.
         *
         * @param attention the kind of attention; softmax when not set
         */
        public Builder optAttention(Attention attention) {
            this.attention = attention;
            return this;
        }

        /**
         * Sets the dropout rate of the results of attention and feed-forward layers in training,
         * {@code resid_pdrop}.
         *
         * @param rate at least 0 and less than 1; 0.1 when not set
         */
        public Builder optDropout(double rate) {
            dropout = rate;
            return this;
        }

        /**
         * Sets the standard deviation of new weights; that of layers that add to the residual
         * stream is divided by √(2 · layers).
         *
         * @param range at least 0; 0.02 when not set
         */
        public Builder optInitializerRange(double range) {
            initializerRange = range;
            return this;
        }

        /**
         * Builds the decoder, not initialised.
         *
         * @throws IllegalArgumentException if an option is missing or out of its range
         */
        public Gpt2Decoder build() {
            return new Gpt2Decoder(
                    new DecoderConfig(
                            layers,
                            heads,
                            width,
                            innerWidth == null ? DecoderConfig.INNER_WIDTHS * width : innerWidth,
                            activation,
                            epsilon,
                            attention,
                            dropout,
                            initializerRange));
        }
    }
}
