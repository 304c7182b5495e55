package io.forestage.decoder;

import io.forestage.decoder.attention.Attention;
import io.forestage.model.ConfigJson;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelFolder;
import io.forestage.model.ModelFolderException;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.checkpoint.DecoderTensors;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a decoder's configuration: from config.json or hparams.json, whose keys are followed or
 * refused; without such a file from the header of a GGUF or llm.c file.
 */
final class ConfigReader {

    private static final String TYPE = "gpt2";

    /** GPT2Config's defaults. */
    private static final int LAYERS = 12;

    private static final int HEADS = 12;
    private static final int MAX_LAYERS = 10_000;

    /** The bound of a rate: as a float32 a lower rate is below 1. */
    private static final double RATE_BOUND = 0.99999994;

    private ConfigReader() {}

    /**
     * A decoder's configuration.
     *
     * @param tied whether the head is the token table, or null where nothing says so
     */
    record Read(DecoderConfig config, @Nullable Boolean tied) {}

    static Read read(ModelFolder model, DecoderTensors tensors) throws IOException {
        Optional<ConfigJson> json = model.configValues();
        return json.isPresent()
                ? of(json.get(), model.config())
                : new Read(ofHeader(model, tensors), null);
    }

    private static Read of(ConfigJson json, ModelConfig stage) throws ModelFolderException {
        refuse(json);
        int width = Math.toIntExact(stage.nEmbd());
        long layers = json.integer("n_layer", LAYERS, 1, MAX_LAYERS);
        long heads = json.integer("n_head", HEADS, 1, width);
        // transformers' general names; where both are there they win, as in transformers.
        layers = json.integer("num_hidden_layers", layers, 1, MAX_LAYERS);
        heads = json.integer("num_attention_heads", heads, 1, width);
        if (width % heads != 0) {
            throw json.wrong("n_head", "a divisor of n_embd " + width, heads, null);
        }
        String function = json.string("activation_function", "gelu_new");
        ActivationFunction activation = ActivationFunction.named(function).orElse(null);
        if (activation == null) {
            throw json.wrong(
                    "activation_function", "one of " + ActivationFunction.known(), function, null);
        }
        // In float32 the same values; transformers only changes the order of two operations.
        json.truth("reorder_and_upcast_attn", false);
        DecoderConfig config =
                new DecoderConfig(
                        (int) layers,
                        (int) heads,
                        width,
                        (int)
                                json.integer(
                                        "n_inner",
                                        (long) DecoderConfig.INNER_WIDTHS * width,
                                        1,
                                        Integer.MAX_VALUE),
                        activation,
                        json.real(
                                "layer_norm_epsilon",
                                DecoderConfig.GPT2_EPSILON,
                                Double.MIN_NORMAL,
                                1),
                        attention(json),
                        json.real("resid_pdrop", DecoderConfig.GPT2_DROPOUT, 0, RATE_BOUND),
                        stage.initializerRange());
        return new Read(config, json.truth("tie_word_embeddings", true));
    }

    private static Attention attention(ConfigJson json) throws ModelFolderException {
        if (!json.has(DecoderFolder.ATTENTION)) {
            if (json.string("model_type", TYPE).equals(DecoderFolder.OTHER_TYPE)) {
                throw json.wrong(
                        DecoderFolder.ATTENTION,
                        "the attention of a %s, linear FEATURES or fmm BANDWIDTH FEATURES,…"
                                .formatted(DecoderFolder.OTHER_TYPE),
                        "no such key",
                        null);
            }
            return Attention.softmax()
                    .withScaling(
                            json.truth("scale_attn_weights", true),
                            json.truth("scale_attn_by_inverse_layer_idx", false))
                    .withDropout(
                            json.real("attn_pdrop", DecoderConfig.GPT2_DROPOUT, 0, RATE_BOUND));
        }
        String text = json.string(DecoderFolder.ATTENTION, "");
        try {
            return Attention.parse(text);
        } catch (IllegalArgumentException e) {
            throw json.wrong(
                    DecoderFolder.ATTENTION,
                    "linear FEATURES or fmm BANDWIDTH FEATURES,…",
                    text,
                    e);
        }
    }

    /** Refuses what would give other values. */
    private static void refuse(ConfigJson json) throws ModelFolderException {
        String type = json.string("model_type", TYPE);
        if (!type.equals(TYPE) && !type.equals(DecoderFolder.OTHER_TYPE)) {
            throw json.wrong(
                    "model_type",
                    "gpt2, whose blocks the decoder has; the input stage reads others too",
                    type,
                    null);
        }
        if (json.truth("add_cross_attention", false)) {
            throw json.wrong(
                    "add_cross_attention", "false: the decoder has no encoder", true, null);
        }
    }

    private static DecoderConfig ofHeader(ModelFolder model, DecoderTensors tensors)
            throws WeightFileException {
        int width = Math.toIntExact(model.config().nEmbd());
        Long heads = tensors.heads();
        if (heads == null || heads < 1 || width % heads != 0) {
            throw new WeightFileException(
                    model.path(),
                    null,
                    "the number of heads, a divisor of %d, in a config.json beside the weights or in a header of GGUF or llm.c"
                            .formatted(width),
                    heads == null ? "neither" : heads.toString(),
                    "add the model's config.json with n_head, which does not follow from shapes");
        }
        Double epsilon = tensors.epsilon();
        return Gpt2Decoder.builder()
                .setLayers(Math.max(1, tensors.layers()))
                .setHeads(Math.toIntExact(heads))
                .setWidth(width)
                .optInnerWidth(innerWidth(tensors, width))
                .optEpsilon(epsilon == null ? DecoderConfig.GPT2_EPSILON : epsilon)
                .build()
                .config();
    }

    private static int innerWidth(DecoderTensors tensors, int width) {
        return tensors.find("h.0.mlp.c_fc.bias")
                .map(bias -> bias.shape().get(0))
                .filter(inner -> inner > 0 && inner <= Integer.MAX_VALUE)
                .map(Math::toIntExact)
                .orElse(DecoderConfig.INNER_WIDTHS * width);
    }
}
