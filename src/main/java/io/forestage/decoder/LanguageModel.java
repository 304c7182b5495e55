package io.forestage.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.forestage.InputStage;
import io.forestage.hub.cache.HubCache;
import io.forestage.hub.cache.HubOptions;
import io.forestage.model.LoadOptions;
import io.forestage.model.LoadReport;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelFolder;
import io.forestage.nn.PositionIds;
import io.forestage.support.OpenGuard;
import io.forestage.tokens.TextTokenizer;
import io.forestage.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole GPT-2: text in, the text that follows out.
 *
 * <pre>{@code
 * try (LanguageModel model = LanguageModel.load(Path.of("models/gpt2"))) {
 *     Generation next = model.generate("Hello, I'm a language model,", GenerationOptions.greedy());
 *     System.out.println(next.text());
 * }
 * }</pre>
 *
 * <p>The weights are mapped as those of an {@link InputStage}, with the same promises and the same
 * limits. Loading reads none of them.
 *
 * <p>It is thread-safe. Closing it waits for running calls.
 */
public final class LanguageModel implements AutoCloseable {

    private final OpenGuard guard =
            new OpenGuard(
                    () -> new IllegalStateException("the language model is closed; load it again"));
    private final InputStage stage;
    private final NDManager manager;
    private final LoadedDecoder decoder;
    private final DecoderStack stack;

    private LanguageModel(
            InputStage stage, NDManager manager, LoadedDecoder decoder, DecoderStack stack) {
        this.stage = stage;
        this.manager = manager;
        this.decoder = decoder;
        this.stack = stack;
    }

    /**
     * Loads a model on DJL's default device, frozen.
     *
     * @param model a folder with a whole GPT-2, or a weight file with its configuration beside it
     * @return the model, to be closed
     * @throws IOException if a file is missing or invalid, or the model has other blocks than
     *     GPT-2's; the message has what was expected and found, and what to do
     */
    public static LanguageModel load(Path model) throws IOException {
        return load(model, LoadOptions.frozen(), null);
    }

    /**
     * Loads a model.
     *
     * @param model a folder with a whole GPT-2, or a weight file with its configuration beside it
     * @param options how to load its weights
     * @param device their device, or null for DJL's default
     * @return the model, to be closed
     * @throws IOException as {@link #load(Path)}
     */
    public static LanguageModel load(Path model, LoadOptions options, @Nullable Device device)
            throws IOException {
        InputStage stage = InputStage.load(model, options, device);
        NDManager manager = null;
        try {
            manager = TorchEngine.get().newBaseManager(device);
            ModelFolder folder = ModelFolder.open(model, options.tableNames());
            LoadedDecoder decoder = LoadedDecoder.load(folder, manager, options);
            return new LanguageModel(stage, manager, decoder, stack(stage, decoder));
        } catch (IOException | RuntimeException | Error e) {
            if (manager != null) {
                manager.close();
            }
            stage.close();
            throw e;
        }
    }

    /**
     * Loads a whole model of Hugging Face's hub by its name, frozen. What transformers or an
     * earlier call has fetched is used without a request; otherwise all weights and the tokenizer
     * are fetched first, 548 MB for {@code gpt2}.
     *
     * @param name {@code gpt2}, {@code gpt2-medium}, {@code gpt2-large}, {@code gpt2-xl}, {@code
     *     distilgpt2} or {@code OWNER/NAME}, each with or without {@code @REVISION}
     * @return the model, to be closed
     * @throws IOException if the model is neither on the disk nor can be fetched, a file is
     *     invalid, or it has other blocks than GPT-2's
     */
    public static LanguageModel fromHub(String name) throws IOException {
        return fromHub(name, HubOptions.defaults());
    }

    /**
     * Loads a whole model of Hugging Face's hub by its name, frozen. For other {@link LoadOptions},
     * load the folder that {@link HubCache#wholeFolder} returns.
     *
     * @param name as for {@link #fromHub(String)}
     * @param options where to look, and how to fetch
     * @return the model, to be closed
     * @throws IOException as {@link #fromHub(String)}
     */
    public static LanguageModel fromHub(String name, HubOptions options) throws IOException {
        return load(HubCache.wholeFolder(name, options));
    }

    private static DecoderStack stack(InputStage stage, LoadedDecoder decoder) {
        Block own = decoder.head();
        Block table = own == null ? stage.block().getTokenEmbedding() : own;
        return DecoderStack.of(decoder.decoder(), table.getParameters().valueAt(0).getArray());
    }

    /**
     * Continues a text.
     *
     * @param text the text; an empty one stands for the end token, after which a model begins anew
     * @param options how to continue
     * @return what was added
     * @throws IllegalArgumentException if the text is not valid UTF-16, or it and the tokens to add
     *     exceed the model's positions
     * @throws io.forestage.weights.ChangedFileException if a mapped file was changed in place
     */
    public Generation generate(String text, GenerationOptions options) {
        return generate(text, options, piece -> {});
    }

    /**
     * Continues a text, and passes each piece on as soon as it is known.
     *
     * @param text as for {@link #generate(String, GenerationOptions)}
     * @param options how to continue
     * @param pieces receives whole characters, in the calling thread; all pieces together are the
     *     text of the result
     * @return what was added
     * @throws IllegalArgumentException as {@link #generate(String, GenerationOptions)}
     * @throws io.forestage.weights.ChangedFileException if a mapped file was changed in place
     */
    public Generation generate(String text, GenerationOptions options, Consumer<String> pieces) {
        return generate(List.of(text), options, pieces).get(0);
    }

    /**
     * Continues texts together, each as alone.
     *
     * @param texts the texts, none or more
     * @param options how to continue each
     * @return what was added to each, in their order
     * @throws IllegalArgumentException as {@link #generate(String, GenerationOptions)}; the message
     *     has the text's index
     * @throws io.forestage.weights.ChangedFileException if a mapped file was changed in place
     */
    public List<Generation> generate(List<String> texts, GenerationOptions options) {
        return generate(texts, options, piece -> {});
    }

    private List<Generation> generate(
            List<String> texts, GenerationOptions options, Consumer<String> pieces) {
        return guard.whileOpen(
                () -> {
                    List<long[]> prompts = new ArrayList<>();
                    for (String text : texts) {
                        prompts.add(tokenizer().encode(text, options.specialTokens()).ids());
                    }
                    List<TextStream> streams = new ArrayList<>();
                    texts.forEach(text -> streams.add(new TextStream(tokenizer(), pieces)));
                    List<Continued> rows =
                            continued(prompts, options, (row, id) -> streams.get(row).add(id));
                    List<Generation> all = new ArrayList<>();
                    for (int i = 0; i < rows.size(); i++) {
                        Continued row = rows.get(i);
                        all.add(
                                new Generation(
                                        streams.get(i).end(),
                                        row.ids(),
                                        row.promptTokens(),
                                        row.ended()));
                    }
                    return all;
                });
    }

    /**
     * Continues tokens together, each row as alone.
     *
     * @param prompts the ids of each row
     * @param options how to continue each
     * @return the tokens added to each row, without an end token
     * @throws IllegalArgumentException if an id is outside 0 … V − 1, or a row and the tokens to
     *     add exceed the model's positions
     * @throws io.forestage.weights.ChangedFileException if a mapped file was changed in place
     */
    public List<List<Long>> generateIds(List<long[]> prompts, GenerationOptions options) {
        return guard.whileOpen(
                () ->
                        continued(prompts, options, (row, id) -> {}).stream()
                                .map(Continued::ids)
                                .toList());
    }

    /** Computes a step as {@link CausalStep#run}. */
    NDList step(NDList inputs) {
        return guard.whileOpen(
                () -> {
                    decoder.files().requireUnchanged();
                    if (!(stack instanceof SoftmaxStack softmax)) {
                        throw new IllegalStateException(
                                "attention: expected softmax, which has keys and values to keep, found %s; use LanguageModel or GenerationTranslator"
                                        .formatted(
                                                decoder.decoder().config().attention().asText()));
                    }
                    return new CausalStep(stage.block(), softmax).run(inputs);
                });
    }

    /** What was added to a row. */
    private record Continued(List<Long> ids, int promptTokens, boolean ended) {}

    private List<Continued> continued(
            List<long[]> prompts, GenerationOptions options, TokenGenerator.Listener listener) {
        if (prompts.isEmpty()) {
            return List.of();
        }
        decoder.files().requireUnchanged();
        long end = config().eosTokenId().orElse(-1);
        List<long[]> rows = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            rows.add(Window.start(i, prompts.get(i), end));
        }
        int[] maxTokens = Window.room(rows, options, config().nPositions());
        List<List<Long>> added = new ArrayList<>();
        rows.forEach(row -> added.add(new ArrayList<>()));
        boolean[] ended =
                new TokenGenerator(stage.block(), stack, end)
                        .run(
                                manager,
                                rows,
                                maxTokens,
                                options,
                                (row, id) -> {
                                    added.get(row).add(id);
                                    listener.token(row, id);
                                });
        List<Continued> all = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            all.add(new Continued(added.get(i), rows.get(i).length, ended[i]));
        }
        return all;
    }

    /**
     * Computes the logits after each token.
     *
     * @param ids T tokens
     * @return (T, V)
     * @throws IllegalArgumentException if there is no id, one is outside 0 … V − 1, or there are
     *     more than the model's positions
     * @throws io.forestage.weights.ChangedFileException if a mapped file was changed in place
     */
    public float[][] logits(long... ids) {
        return guard.whileOpen(
                () -> {
                    decoder.files().requireUnchanged();
                    Window.requireFits(ids, config().nPositions());
                    Shape shape = new Shape(1, ids.length);
                    try (NDManager scratch = manager.newSubManager()) {
                        NDArray vectors =
                                stage.block()
                                        .embed(
                                                new ParameterStore(scratch, false),
                                                scratch,
                                                ids,
                                                shape,
                                                PositionIds.range(0, ids.length),
                                                false);
                        return TokenGenerator.rows(stack.logits(vectors));
                    }
                });
    }

    /**
     * Computes how well the model predicts a text: e to the mean negative logarithm of each token's
     * probability after those before it. The first token is not predicted.
     *
     * @param text a text of at least two tokens
     * @return at least 1; V for a model that knows nothing
     * @throws IllegalArgumentException if the text has fewer than two tokens, or more than the
     *     model's positions
     * @throws io.forestage.weights.ChangedFileException if a mapped file was changed in place
     */
    public double perplexity(String text) {
        long[] ids = tokenizer().encode(text).ids();
        if (ids.length < 2) {
            throw new IllegalArgumentException(
                    "text: expected at least 2 tokens, found %d; the first is not predicted"
                            .formatted(ids.length));
        }
        float[][] logits = logits(ids);
        double sum = 0;
        for (int i = 1; i < ids.length; i++) {
            sum += logSum(logits[i - 1]) - logits[i - 1][(int) ids[i]];
        }
        return Math.exp(sum / (ids.length - 1));
    }

    private static double logSum(float[] logits) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            greatest = Math.max(greatest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - greatest);
        }
        return greatest + Math.log(sum);
    }

    /** Returns the input stage, which is closed with the model. */
    public InputStage stage() {
        return stage;
    }

    /**
     * Returns the tokenizer; the model closes it.
     *
     * @throws IllegalStateException as {@link InputStage#tokenizer}
     */
    public TextTokenizer tokenizer() {
        return stage.tokenizer();
    }

    /** Returns the stage's values of config.json. */
    public ModelConfig config() {
        return stage.config();
    }

    /** Returns the transformer blocks, for use in a network; they are closed with the model. */
    public Gpt2Decoder decoder() {
        return decoder.decoder();
    }

    /** Returns what was loaded of the decoder, and the tensors that were not used. */
    public LoadReport report() {
        return decoder.report();
    }

    @Override
    public void close() {
        guard.close(
                () -> {
                    stack.close();
                    manager.close();
                    stage.close();
                });
    }
}
