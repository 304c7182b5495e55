package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.forestage.decoder.attention.Attention;
import io.forestage.decoder.attention.SoftmaxAttention;
import io.forestage.weights.checkpoint.DecoderTensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a decoder adds to the folder of its input stage: the keys of config.json and the tensors, so
 * that {@link LoadedDecoder} reads them, and transformers too if the attention is softmax.
 *
 * <p>With another attention the {@code model_type} is {@value #OTHER_TYPE}, which transformers
 * refuses: as {@code gpt2} it would compute softmax attention without a word.
 */
public final class DecoderFolder {

    /** The {@code model_type} of GPT-2 with another attention than softmax. */
    static final String OTHER_TYPE = "forestage_gpt2";

    /** Forestage's own key for another attention than softmax. */
    static final String ATTENTION = "forestage_attention";

    private DecoderFolder() {}

    /**
     * Returns the keys of config.json.
     *
     * @param config the decoder's sizes and functions
     * @return texts, numbers, truth values and lists by their keys
     */
    public static Map<String, Object> config(DecoderConfig config) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("n_layer", config.layers());
        json.put("n_head", config.heads());
        json.put("n_inner", config.innerWidth());
        json.put("activation_function", config.activation().modelName());
        json.put("layer_norm_epsilon", config.epsilon());
        json.put("resid_pdrop", config.dropout());
        Attention attention = config.attention();
        if (attention instanceof SoftmaxAttention softmax) {
            json.put("architectures", List.of("GPT2LMHeadModel"));
            json.put("attn_pdrop", softmax.dropout());
            json.put("scale_attn_weights", softmax.scaled());
            json.put("scale_attn_by_inverse_layer_idx", softmax.byLayer());
        } else {
            json.put("model_type", OTHER_TYPE);
            json.put(ATTENTION, attention.asText());
        }
        return json;
    }

    /**
     * Returns the parameters by their names in transformers' files.
     *
     * @param decoder the decoder, initialised
     * @return its own arrays
     */
    public static Map<String, NDArray> tensors(Gpt2Decoder decoder) {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        for (Gpt2Decoder.NamedPart part : decoder.parts()) {
            for (Parameter parameter : part.part().getParameters().values()) {
                tensors.put(
                        "%s.%s".formatted(part.name(), parameter.getName()), parameter.getArray());
            }
        }
        decoder.attentionParameters()
                .forEach(
                        (layer, parameter) ->
                                tensors.put(
                                        "h.%d.%s"
                                                .formatted(layer, DecoderTensors.ATTENTION_WEIGHTS),
                                        parameter.getArray()));
        return tensors;
    }
}
