package io.forestage.decoder;

import ai.djl.modality.nlp.generate.CausalLMOutput;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;

/**
 * Lets DJL's {@code TextGenerator} search with a whole GPT-2: greedily, by beams or contrastively.
 * The model's block must be one of {@link GenerationBlockFactory}.
 *
 * <pre>{@code
 * SearchConfig config = new SearchConfig();
 * config.setBeam(4);
 * config.setMaxSeqLength(60);
 * NDArray found = new TextGenerator(predictor, "beam", config).generate(ids);
 * }</pre>
 *
 * <p>Input: int64 ids (B, T), positions (B, T) and attention mask (B, past + T), then none or two
 * arrays for each block, its keys and values (B, H, past, d). Output: logits (B, T, V), hidden
 * states (B, T, D) after the last norm, and the keys and values (B, H, past + T, d), all in the
 * manager of the ids. Nothing is kept between two calls.
 *
 * <p><b>Throws.</b> Predicting: {@code TranslateException} around an {@link
 * IllegalArgumentException} for an id or a position outside its table or another number of arrays,
 * and around an {@link IllegalStateException} if the attention is not softmax.
 *
 * <p>{@code TextGenerator} itself never stops at an end token, takes every token at a row's
 * beginning that equals the padding token for padding, and returns a row's beams in no order.
 */
public final class CausalTranslator implements NoBatchifyTranslator<NDList, CausalLMOutput> {

    /** Makes a translator. */
    public CausalTranslator() {}

    @Override
    public NDList processInput(TranslatorContext context, NDList input) {
        return input;
    }

    @Override
    public CausalLMOutput processOutput(TranslatorContext context, NDList output) {
        return new CausalLMOutput(output.get(0), output.get(1), output.subNDList(2));
    }
}
