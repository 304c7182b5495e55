package io.forestage.pipeline;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.ServingTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The translator of {@link EmbeddingTranslatorFactory} for DJL Serving, named as {@code translator}
 * if the classes are in a model folder's {@code lib}: there the server looks for translators, not
 * for factories.
 */
public final class EmbeddingServingTranslator implements ServingTranslator {

    private Map<String, ?> arguments = Map.of();
    private volatile @Nullable Translator<Input, Output> translator;

    /** Makes the translator; {@link #prepare} sets its model. */
    public EmbeddingServingTranslator() {}

    @Override
    public void setArguments(Map<String, ?> arguments) {
        this.arguments = Map.copyOf(arguments);
    }

    /** Each predictor calls it; all use the model of the first. */
    @Override
    public synchronized void prepare(TranslatorContext context) throws TranslateException {
        if (translator == null) {
            translator =
                    new EmbeddingTranslatorFactory()
                            .newInstance(Input.class, Output.class, context.getModel(), arguments);
        }
    }

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }

    @Override
    public NDList processInput(TranslatorContext context, Input input) throws Exception {
        return prepared().processInput(context, input);
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<Input> inputs)
            throws Exception {
        return prepared().batchProcessInput(context, inputs);
    }

    @Override
    public Output processOutput(TranslatorContext context, NDList output) throws Exception {
        return prepared().processOutput(context, output);
    }

    @Override
    public List<Output> batchProcessOutput(TranslatorContext context, NDList output)
            throws Exception {
        return prepared().batchProcessOutput(context, output);
    }

    private Translator<Input, Output> prepared() {
        Translator<Input, Output> prepared = translator;
        if (prepared == null) {
            throw new IllegalStateException(
                    "the translator has no model yet; call prepare, as a Predictor does");
        }
        return prepared;
    }
}
