package io.forestage;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.hub.cache.HubCache;
import io.forestage.hub.cache.HubOptions;
import io.forestage.model.LoadOptions;
import io.forestage.model.LoadReport;
import io.forestage.model.MappedFiles;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelFolder;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.PositionIds;
import io.forestage.support.OpenGuard;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenBatch;
import io.forestage.tokens.TokenSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * GPT-2's input stage: text in, the vectors that GPT-2's first transformer block reads out.
 *
 * <pre>{@code
 * try (InputStage stage = InputStage.load(Path.of("models/gpt2"));
 *         Embeddings result = stage.embed("Hello, I'm a language model,")) {
 *     NDArray vectors = result.embeddings(); // (1, 8, 768)
 * }
 * }</pre>
 *
 * <p>A float32 table is mapped from the weight file: it takes memory only for the rows in use and
 * shares it with other processes. The file may be replaced by rename or deleted at any time; the
 * stage keeps the old bytes. If it is overwritten, truncated or touched in place, the next batch
 * throws {@link io.forestage.weights.ChangedFileException}. A batch that reads the file while it is
 * being truncated may still crash the process; if other programs write model files in place, load
 * with {@link LoadOptions#copied()}.
 *
 * <p>It is thread-safe. Closing it waits for running calls and closes everything that it opened,
 * including its {@link Embeddings}.
 */
public final class InputStage implements AutoCloseable {

    private final OpenGuard guard =
            new OpenGuard(
                    () -> new IllegalStateException("the input stage is closed; load it again"));
    private final NDManager manager;
    private final @Nullable TextTokenizer tokenizer;
    private final @Nullable IOException tokenizerProblem;
    private final Gpt2InputEmbedding block;
    private final ModelConfig config;
    private final LoadReport report;
    private final MappedFiles files;
    private final BatchOptions batchOptions;
    private final @Nullable BitSet trainedTokens;
    private final boolean lacksRows;

    InputStage(
            NDManager manager,
            @Nullable TextTokenizer tokenizer,
            @Nullable IOException tokenizerProblem,
            ModelFolder folder,
            ModelFolder.LoadedBlock loaded)
            throws IOException {
        this.manager = manager;
        this.tokenizer = tokenizer;
        this.tokenizerProblem = tokenizerProblem;
        block = loaded.block();
        report = loaded.report();
        files = loaded.files();
        config = folder.config();
        batchOptions = TokensWithRows.padded(folder.batchOptions(), tokenizer);
        trainedTokens = folder.trainedTokens().orElse(null);
        lacksRows = tokenizer != null && tokenizer.vocabularySize() > config.vocabSize();
    }

    /**
     * Loads a model folder on DJL's default device, frozen.
     *
     * @param folder a folder with config.json and model.safetensors
     * @return the stage, to be closed
     * @throws IOException if a file is missing or invalid; the message names it, what was expected
     *     and found, and what to do
     */
    public static InputStage load(Path folder) throws IOException {
        return load(folder, LoadOptions.frozen(), null);
    }

    /**
     * Loads a model folder.
     *
     * @param folder a folder with config.json and model.safetensors
     * @param options how to load its tables
     * @param device the device of the tables, or null for DJL's default
     * @return the stage, to be closed
     * @throws IOException if a file is missing or invalid; the message names it, what was expected
     *     and found, and what to do
     */
    public static InputStage load(Path folder, LoadOptions options, @Nullable Device device)
            throws IOException {
        return new StageLoader(ModelFolder.open(folder, options.tableNames()), options, device)
                .load();
    }

    /**
     * Loads a model of Hugging Face's hub by its name, frozen. What transformers or an earlier call
     * has fetched is used without a request; otherwise the tables and the tokenizer are fetched
     * first, 157 MB for {@code gpt2}.
     *
     * @param name {@code gpt2}, {@code gpt2-medium}, {@code gpt2-large}, {@code gpt2-xl}, {@code
     *     distilgpt2} or {@code OWNER/NAME}, each with or without {@code @REVISION}
     * @return the stage, to be closed
     * @throws IOException if the model is neither on the disk nor can be fetched, or a file is
     *     invalid
     */
    public static InputStage fromHub(String name) throws IOException {
        return fromHub(name, HubOptions.defaults());
    }

    /**
     * Loads a model of Hugging Face's hub by its name, frozen. For other {@link LoadOptions}, load
     * the folder that {@link HubCache#folder} returns.
     *
     * @param name as for {@link #fromHub(String)}
     * @param options where to look, and how to fetch
     * @return the stage, to be closed
     * @throws IOException if the model is neither on the disk nor can be fetched, or a file is
     *     invalid
     */
    public static InputStage fromHub(String name, HubOptions options) throws IOException {
        return load(HubCache.folder(name, options));
    }

    /**
     * Embeds texts, one row each, padded on the right; a text longer than {@code n_positions} is
     * refused. A pad has the vector that GPT-2 computes there, of the padding id at position 0, as
     * in a pipeline's answers; the mask hides it.
     *
     * @param texts the texts, at least one
     * @return their vectors, to be closed
     * @throws IllegalArgumentException if a text is null, not valid UTF-16, or too long
     * @throws io.forestage.weights.ChangedFileException if a mapped weight file was changed in
     *     place
     */
    public Embeddings embed(String... texts) {
        return embed(Arrays.asList(texts), batchOptions);
    }

    /**
     * Embeds texts.
     *
     * @param texts the texts, at least one
     * @param options how texts become rows; {@link #batchOptions} to start from
     * @return their vectors, to be closed
     * @throws IllegalArgumentException if a text is null, not valid UTF-16, or too long
     * @throws io.forestage.weights.ChangedFileException if a mapped weight file was changed in
     *     place
     */
    public Embeddings embed(List<String> texts, BatchOptions options) {
        return guard.whileOpen(
                () -> {
                    TokenBatch batch = tokenizer().encodeBatch(texts, options);
                    if (lacksRows) {
                        TokensWithRows.require(batch.ids(), tokenizer(), config.vocabSize());
                    }
                    return embedNow(batch);
                });
    }

    /**
     * Embeds ids.
     *
     * @param batch the ids, from {@link TokenBatch#of} or {@link TextTokenizer#encodeBatch}
     * @return their vectors, to be closed
     * @throws IllegalArgumentException if an id is outside 0 … V − 1, or a row longer than the
     *     learned positions
     * @throws io.forestage.weights.ChangedFileException if a mapped weight file was changed in
     *     place
     */
    public Embeddings embed(TokenBatch batch) {
        return guard.whileOpen(() -> embedNow(batch));
    }

    /**
     * Computes one vector for each text. They are the same bits for a text alone and among any
     * others; batches of a bounded size are made inside, without padding. A text without tokens
     * becomes zeros. Of a text that is cut into windows, the mean is the mean of its windows'
     * means, and the last token is the text's last.
     *
     * @param texts the texts, none or more
     * @param options how a text becomes a vector
     * @return (texts, D), in the texts' order
     * @throws IllegalArgumentException if a text is null, not valid UTF-16, or too long; the
     *     message has its index
     * @throws io.forestage.weights.ChangedFileException if a mapped weight file was changed in
     *     place
     */
    public float[][] vectors(List<String> texts, VectorOptions options) {
        return vectorsAndTokens(texts, options).vectors();
    }

    /**
     * Computes one vector for each text, and returns the tokens too.
     *
     * @param texts the texts, none or more
     * @param options how a text becomes a vector
     * @return the vectors of {@link #vectors}, and the tokens that were embedded
     * @throws IllegalArgumentException as {@link #vectors}
     * @throws io.forestage.weights.ChangedFileException if a mapped weight file was changed in
     *     place
     */
    public TextVectors vectorsAndTokens(List<String> texts, VectorOptions options) {
        return guard.whileOpen(
                () -> {
                    List<long[]> ids =
                            tokenizer().encodeAll(texts, options.specialTokens()).stream()
                                    .map(TokenSequence::ids)
                                    .toList();
                    for (int i = 0; i < ids.size(); i++) {
                        TokensWithRows.require(i, ids.get(i), tokenizer(), config.vocabSize());
                    }
                    return TextPooling.of(
                            this::embedNow,
                            manager,
                            options,
                            ids,
                            batchOptions.withOnTooLong(options.onTooLong()));
                });
    }

    /**
     * Returns the options of {@link #embed(String...)}.
     *
     * @return rows of up to {@code n_positions}, longer texts refused, right padding
     */
    public BatchOptions batchOptions() {
        return batchOptions;
    }

    /**
     * Returns the tokenizer; the stage closes it.
     *
     * @return the tokenizer
     * @throws IllegalStateException if it could not be loaded, which {@link
     *     LoadOptions#withIdsOnly} allows
     */
    public TextTokenizer tokenizer() {
        if (tokenizer == null) {
            throw new IllegalStateException(
                    tokenizerProblem == null ? "no tokenizer" : tokenizerProblem.getMessage(),
                    tokenizerProblem);
        }
        return tokenizer;
    }

    /** Returns whether {@link #tokenizer} returns one. */
    public boolean hasTokenizer() {
        return tokenizer != null;
    }

    /** Returns the block, for use in a network; its tables are closed with the stage. */
    public Gpt2InputEmbedding block() {
        return block;
    }

    /** Returns the contents of config.json. */
    public ModelConfig config() {
        return config;
    }

    /** Returns the tables that were loaded, missing and unused. */
    public LoadReport report() {
        return report;
    }

    /**
     * Returns the tokens that the model was trained on, if its folder records them, as for models
     * trained by Forestage. The rows of all other tokens are still random.
     *
     * @return a copy of their ids; empty if not recorded, such as for GPT-2, whose rows are all
     *     trained
     */
    public Optional<BitSet> trainedTokens() {
        return Optional.ofNullable(trainedTokens).map(tokens -> (BitSet) tokens.clone());
    }

    /**
     * Copies rows of the token table, without positions, such as for a search over all tokens in
     * blocks. Several threads may do so.
     *
     * @param first the first row
     * @param rows the number of rows
     * @param into receives {@code rows} × D values
     * @throws IllegalArgumentException if the table has no such rows
     * @throws io.forestage.weights.ChangedFileException if a mapped weight file was changed in
     *     place
     */
    public void copyTokenVectors(long first, int rows, float[] into) {
        guard.whileOpen(
                () -> {
                    requireUnchangedFiles();
                    TokensWithRows.copy(block, manager, first, rows, into);
                    return into;
                });
    }

    @Override
    public void close() {
        guard.close(
                () -> {
                    if (tokenizer != null) {
                        tokenizer.close();
                    }
                    manager.close();
                });
    }

    /** Throws if a weight file was changed in place; called before its bytes are read. */
    void requireUnchangedFiles() {
        files.requireUnchanged();
    }

    private Embeddings embedNow(TokenBatch batch) {
        NDManager owner = manager.newSubManager();
        try {
            Shape shape = new Shape(batch.batchSize(), batch.length());
            return new Embeddings(
                    owner, batch, embedNow(owner, batch.ids(), batch.positionIds(), shape));
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    private NDArray embedNow(NDManager owner, long[] ids, long[] positions, Shape shape) {
        requireUnchangedFiles();
        return block.embed(
                new ParameterStore(owner, false),
                owner,
                ids,
                shape,
                PositionIds.of(positions, shape),
                false);
    }
}
