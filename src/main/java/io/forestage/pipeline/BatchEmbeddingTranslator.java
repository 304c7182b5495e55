package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Several texts to one padded batch of vectors.
 *
 * <p><em>Shapes:</em> String[] → NDList of {@code embeddings} float32 (B, T, D) and {@code
 * attention_mask} int64 (B, T), without which the pads could not be told.
 *
 * <p>The arrays belong to the predictor: closing them earlier frees memory, detaching them keeps
 * them beyond it. The translator may be shared by predictors; it does not close the tokenizer.
 *
 * <p><em>Throws</em> when predicting: {@code TranslateException} around the {@link
 * IllegalArgumentException} of a text that is null, no valid UTF-16, or too long.
 */
public final class BatchEmbeddingTranslator implements NoBatchifyTranslator<String[], NDList> {

    private static final String MASK = "forestage.mask";

    private final TextTokenizer tokenizer;
    private final BatchOptions options;

    /**
     * Makes the translator.
     *
     * @param tokenizer the tokenizer
     * @param options how texts become rows
     */
    public BatchEmbeddingTranslator(TextTokenizer tokenizer, BatchOptions options) {
        this.tokenizer = tokenizer;
        this.options = options;
    }

    @Override
    public @Nullable Batchifier getBatchifier() {
        return null;
    }

    @Override
    public NDList processInput(TranslatorContext context, String[] texts) {
        TokenBatch batch = tokenizer.encodeBatch(Arrays.asList(texts), options);
        NDList inputs = TokenArrays.of(batch, context.getNDManager());
        context.setAttachment(MASK, inputs.get("attention_mask"));
        return inputs;
    }

    @Override
    public NDList processOutput(TranslatorContext context, NDList output) {
        NDArray embeddings = output.singletonOrThrow();
        embeddings.setName("embeddings");
        NDList list = new NDList(embeddings, (NDArray) context.getAttachment(MASK));
        list.attach(context.getPredictorManager());
        return list;
    }
}
