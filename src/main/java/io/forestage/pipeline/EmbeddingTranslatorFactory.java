package io.forestage.pipeline;

import ai.djl.Model;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.forestage.model.ModelFolder;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes the translators of a model folder, with the folder's own tokenizer.
 *
 * <p>Requests are {@code String}, {@code String[]}, token ids as {@code long[]} or {@code
 * long[][]}, or {@code Input}; answers are {@code NDList}, {@code float[]}, {@code float[][]},
 * {@code float[][][]} or {@code Output}. One text becomes (T, D), or (D) if pooled; several have
 * one dimension more: an {@code NDList} of {@code embeddings} padded to one length with their
 * {@code attention_mask}, or arrays as long as each text. A pad has the vector of the padding id at
 * position 0, as in {@link io.forestage.InputStage}. A request gets the same bits alone and in any
 * batch.
 *
 * <p>Arguments, by name, all optional:
 *
 * <ul>
 *   <li>{@code pooling}: {@code none} (default), {@code mean} or {@code last}; for a text without
 *       tokens, zeros;
 *   <li>{@code normalize}: {@code true} brings each vector to length 1;
 *   <li>{@code maxLength}: the tokens of a row, up to {@code n_positions};
 *   <li>{@code onTooLong}: {@code reject} (default), {@code truncate} or {@code windows}, rows that
 *       start {@code stride} tokens apart (default: {@code maxLength}); the {@code NDList} then has
 *       {@code text_index}, the text that each row is from;
 *   <li>{@code padding}: {@code none}, {@code longest} or {@code max_length}; {@code paddingSide}:
 *       {@code left} or {@code right};
 *   <li>{@code specialTokens}: {@code as_text} (default) or {@code recognized}, what a special
 *       token's spelling inside a text means;
 *   <li>{@code dtype}: {@code float32} (default), {@code float16} or {@code float64};
 *   <li>{@code copy}: {@code true} reads the tables into memory instead of mapping the file, which
 *       other programs may then overwrite; if a mapped file was changed in place, the next
 *       prediction throws {@link io.forestage.weights.ChangedFileException};
 *   <li>{@code device}: {@code cpu}, {@code gpu} or {@code gpu0}, …, if not the model's own;
 *   <li>{@code fair}: {@code true} makes predictions in the order in which they came, as many at
 *       once as there are processors: with more threads than processors the slowest predictions
 *       take less time, and all together more;
 *   <li>{@code maxRequestBytes} (default 4194304), {@code maxRequestTexts} (4096) and {@code
 *       maxRequestTokens} (65536, pads and windows counted): limits for one {@code Input}.
 * </ul>
 *
 * <p>Tokenizer and tables are closed with the model. Closing waits for running predictions; later
 * ones are refused.
 *
 * <p><b>Throws.</b> Making a translator: {@link IllegalArgumentException} for arguments that are
 * unknown, out of range or do not fit the types. Predicting: {@code TranslateException} around the
 * {@link IllegalArgumentException} of a request; an {@code Output} has a status code instead.
 */
public final class EmbeddingTranslatorFactory implements TranslatorFactory, Serializable {

    private static final long serialVersionUID = 1L;

    /** Makes the factory. */
    public EmbeddingTranslatorFactory() {}

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return Exchange.supported();
    }

    @Override
    public <I, O> Translator<I, O> newInstance(
            Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
            throws TranslateException {
        if (!isSupported(input, output)) {
            throw new IllegalArgumentException(
                    "types: expected one of %s, found %s to %s"
                            .formatted(
                                    getSupportedTypes().stream()
                                            .map(
                                                    pair ->
                                                            "%s to %s"
                                                                    .formatted(
                                                                            pair.getKey()
                                                                                    .getTypeName(),
                                                                            pair.getValue()
                                                                                    .getTypeName()))
                                            .sorted()
                                            .collect(Collectors.joining(", ")),
                                    input.getTypeName(),
                                    output.getTypeName()));
        }
        try {
            ModelFolder folder = ModelFolder.open(model.getModelPath());
            PipelineArguments known = new PipelineArguments(folder);
            PipelineOptions options = known.ofModel(arguments);
            RowMaker rows = rows(input, folder);
            OpenModel open = OpenModel.of(model, rows.tokenizer());
            return new EmbeddingsTranslator<>(
                    Exchange.of(
                            input,
                            output,
                            new Exchange.ServedModel(
                                    rows, known, options, PipelineArguments.limits(arguments))),
                    open,
                    PipelineArguments.device(arguments),
                    PipelineArguments.isFair(arguments));
        } catch (IOException e) {
            throw new TranslateException(e.getMessage(), e);
        }
    }

    /**
     * Loads the tokenizer. Ids work without: requests that may have either ids or texts are refused
     * only with texts.
     */
    private static RowMaker rows(Class<?> input, ModelFolder folder) throws IOException {
        long vocabulary = folder.config().vocabSize();
        try {
            return new RowMaker(folder.loadTokenizer(), "", vocabulary);
        } catch (IOException unusable) {
            if (Exchange.isOfTexts(input)) {
                throw unusable;
            }
            return new RowMaker(null, String.valueOf(unusable.getMessage()), vocabulary);
        }
    }
}
