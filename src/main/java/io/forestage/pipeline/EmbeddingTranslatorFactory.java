package io.forestage.pipeline;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.forestage.model.ModelFolder;
import io.forestage.tokens.TextTokenizer;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;

/**
 * Makes the translators of a model folder, with the folder's own tokenizer: {@code String} to
 * {@code NDList} and {@code String[]} to {@code NDList}.
 *
 * <p>The tokenizer belongs to the model and is closed with it.
 */
public final class EmbeddingTranslatorFactory implements TranslatorFactory, Serializable {

    private static final long serialVersionUID = 1L;

    /** Makes the factory. */
    public EmbeddingTranslatorFactory() {}

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return Set.of(
                new Pair<>(String.class, NDList.class), new Pair<>(String[].class, NDList.class));
    }

    @Override
    public <I, O> Translator<I, O> newInstance(
            Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
            throws TranslateException {
        if (!isSupported(input, output)) {
            throw new IllegalArgumentException(
                    "expected String or String[] to NDList, found "
                            + input.getTypeName()
                            + " to "
                            + output.getTypeName());
        }
        try {
            @SuppressWarnings("unchecked") // isSupported has compared both types
            Translator<I, O> translator = (Translator<I, O>) translator(input, model);
            return translator;
        } catch (IOException e) {
            throw new TranslateException(e.getMessage(), e);
        }
    }

    private static Translator<?, NDList> translator(Class<?> input, Model model)
            throws IOException {
        ModelFolder folder = ModelFolder.open(model.getModelPath());
        TextTokenizer tokenizer = folder.loadTokenizer();
        model.getNDManager().attachInternal(NDManager.nextUid(), tokenizer);
        return input.equals(String.class)
                ? new EmbeddingTranslator(tokenizer, folder.batchOptions())
                : new BatchEmbeddingTranslator(tokenizer, folder.batchOptions());
    }
}
