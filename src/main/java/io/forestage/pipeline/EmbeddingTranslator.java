package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One text to its vectors.
 *
 * <p><em>Shapes:</em> String → NDList of one array (T, D), T being the text's own number of tokens:
 * texts of unequal length may be predicted in one batch, and each gets what it would get alone.
 *
 * <p>The arrays belong to the predictor: closing them earlier frees memory, detaching them keeps
 * them beyond it. The translator may be shared by predictors; it does not close the tokenizer.
 *
 * <p><em>Throws</em> when predicting: {@code TranslateException} around the {@link
 * IllegalArgumentException} of a text that is null, no valid UTF-16, or too long.
 */
public final class EmbeddingTranslator implements Translator<String, NDList> {

    private static final String BATCH = "forestage.batch";

    private final TextTokenizer tokenizer;
    private final BatchOptions options;

    /**
     * Makes the translator.
     *
     * @param tokenizer the tokenizer
     * @param options how texts become rows
     * @throws IllegalArgumentException if the options cut a text into windows, which are several
     *     rows
     */
    public EmbeddingTranslator(TextTokenizer tokenizer, BatchOptions options) {
        if (options.onTooLong() instanceof OnTooLong.Windows) {
            throw new IllegalArgumentException(
                    "onTooLong: expected REJECT or TRUNCATE, found windows, which give a text"
                            + " several rows; translate String[] instead");
        }
        this.tokenizer = tokenizer;
        this.options = options;
    }

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }

    @Override
    public NDList processInput(TranslatorContext context, String text) {
        NDList batch = batchProcessInput(context, Collections.singletonList(text));
        return new NDList(batch.stream().map(array -> array.squeeze(0)).toList());
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<String> texts) {
        TokenBatch batch = tokenizer.encodeBatch(texts, options);
        context.setAttachment(BATCH, batch);
        return TokenArrays.of(batch, context.getNDManager());
    }

    @Override
    public NDList processOutput(TranslatorContext context, NDList output) {
        return owned(context, output.singletonOrThrow());
    }

    @Override
    public List<NDList> batchProcessOutput(TranslatorContext context, NDList output) {
        TokenBatch batch = (TokenBatch) context.getAttachment(BATCH);
        NDArray embeddings = output.singletonOrThrow();
        List<NDList> texts = new ArrayList<>();
        for (int row = 0; row < batch.batchSize(); row++) {
            texts.add(owned(context, ownTokens(embeddings, batch, row)));
        }
        return texts;
    }

    /** A copy, as a view of one text would keep the vectors of all others in memory. */
    private NDArray ownTokens(NDArray embeddings, TokenBatch batch, int row) {
        int begin = batch.firstToken(row);
        NDIndex tokens =
                new NDIndex().addIndices(row).addSliceDim(begin, begin + batch.rowLength(row));
        NDArray view = embeddings.get(tokens);
        return batch.batchSize() == 1 ? view : view.duplicate();
    }

    private static NDList owned(TranslatorContext context, NDArray array) {
        NDList list = new NDList(array);
        list.attach(context.getPredictorManager());
        return list;
    }
}
