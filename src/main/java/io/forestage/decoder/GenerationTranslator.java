package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.forestage.decoder.GenerationBlockFactory.GenerationBlock;
import io.forestage.decoder.GenerationBlockFactory.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Continues texts in DJL's pipelines: a text becomes the text that follows it, as by {@link
 * LanguageModel#generate(String, GenerationOptions)}. The texts of a batch are continued together,
 * each as alone. Any number of predictors may share it.
 *
 * <p>The model's block must be one of {@link GenerationBlockFactory}.
 *
 * <p><b>Throws.</b> Predicting: {@code TranslateException} around the {@link
 * IllegalArgumentException} of {@link LanguageModel#generate(String, GenerationOptions)}.
 */
public final class GenerationTranslator implements Translator<String, String> {

    private final GenerationOptions options;

    /**
     * Makes a translator.
     *
     * @param options how texts are continued
     */
    public GenerationTranslator(GenerationOptions options) {
        this.options = options;
    }

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }

    @Override
    public NDList processInput(TranslatorContext context, String text) {
        return batchProcessInput(context, List.of(text));
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<String> texts) {
        LanguageModel language = language(context);
        NDManager manager = context.getNDManager();
        NDList inputs = new NDList(Settings.array(manager, Settings.of(options)));
        for (String text : texts) {
            long[] ids = language.tokenizer().encode(text, options.specialTokens()).ids();
            inputs.add(Settings.array(manager, Arrays.stream(ids).boxed().toList()));
        }
        return inputs;
    }

    @Override
    public String processOutput(TranslatorContext context, NDList added) {
        return batchProcessOutput(context, added).get(0);
    }

    @Override
    public List<String> batchProcessOutput(TranslatorContext context, NDList added) {
        LanguageModel language = language(context);
        List<String> texts = new ArrayList<>();
        for (NDArray ids : added) {
            texts.add(language.tokenizer().decode(ids.toLongArray()));
        }
        return texts;
    }

    private static LanguageModel language(TranslatorContext context) {
        if (context.getModel().getBlock() instanceof GenerationBlock block) {
            return block.language();
        }
        throw new IllegalStateException(
                "block: expected one of GenerationBlockFactory, found %s; add the argument blockFactory=%s"
                        .formatted(
                                context.getModel().getBlock().getClass().getName(),
                                GenerationBlockFactory.class.getName()));
    }
}
