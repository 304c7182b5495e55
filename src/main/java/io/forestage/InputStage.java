package io.forestage;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.model.LoadOptions;
import io.forestage.model.LoadReport;
import io.forestage.model.MappedFiles;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelFolder;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.PositionIds;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenBatch;
import io.forestage.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
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

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final NDManager manager;
    private final @Nullable TextTokenizer tokenizer;
    private final @Nullable IOException tokenizerProblem;
    private final Gpt2InputEmbedding block;
    private final ModelConfig config;
    private final LoadReport report;
    private final MappedFiles files;
    private final BatchOptions batchOptions;
    private final @Nullable BitSet trainedTokens;
    private boolean closed;

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
        return new Loader(ModelFolder.open(folder, options.tableNames()), options, device).load();
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
        return whileOpen(
                () -> {
                    TokenBatch batch = tokenizer().encodeBatch(texts, options);
                    TokensWithRows.require(batch.ids(), tokenizer(), config.vocabSize());
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
        return whileOpen(() -> embedNow(batch));
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
        if (first < 0 || rows < 1 || first > config.vocabSize() - rows) {
            throw new IllegalArgumentException(
                    "rows of the token table: expected some of 0 to %d, found %d from %d"
                            .formatted(config.vocabSize() - 1, rows, first));
        }
        whileOpen(
                () -> {
                    requireUnchangedFiles();
                    NDArray table = block.getTokenEmbedding().getParameters().valueAt(0).getArray();
                    try (NDManager scratch = manager.newSubManager()) {
                        NDArray chosen =
                                table.get(scratch, new NDIndex("{}:{}", first, first + rows));
                        float[] values = chosen.toType(DataType.FLOAT32, false).toFloatArray();
                        System.arraycopy(values, 0, into, 0, values.length);
                    }
                    return into;
                });
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                if (tokenizer != null) {
                    tokenizer.close();
                }
                manager.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Throws if a weight file was changed in place; called before its bytes are read. */
    void requireUnchangedFiles() {
        files.requireUnchanged();
    }

    private Embeddings embedNow(TokenBatch batch) {
        requireUnchangedFiles();
        NDManager owner = manager.newSubManager();
        try {
            Shape shape = new Shape(batch.batchSize(), batch.length());
            NDArray vectors =
                    block.embed(
                            new ParameterStore(owner, false),
                            owner,
                            batch.ids(),
                            shape,
                            PositionIds.of(batch.positionIds(), shape),
                            false);
            return new Embeddings(owner, batch, vectors);
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    private <T> T whileOpen(Supplier<T> action) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the input stage is closed; load it again");
            }
            return action.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Loads tables and tokenizer in parallel: in a new process each waits for its own native
     * library.
     */
    private static final class Loader {

        private final ModelFolder folder;
        private final LoadOptions options;
        private final @Nullable Device device;

        Loader(ModelFolder folder, LoadOptions options, @Nullable Device device) {
            this.folder = folder;
            this.options = options;
            this.device = device;
        }

        InputStage load() throws IOException {
            CompletableFuture<TextTokenizer> tokenizer = new CompletableFuture<>();
            Thread thread = new Thread(() -> loadTokenizer(tokenizer), "forestage-tokenizer");
            thread.setDaemon(true);
            thread.start();
            NDManager manager = null;
            try {
                manager = TorchEngine.get().newBaseManager(device);
                ModelFolder.LoadedBlock block = folder.loadBlock(manager, options);
                TextTokenizer loaded = null;
                IOException problem = null;
                try {
                    loaded = result(tokenizer);
                } catch (IOException e) {
                    if (!options.forIds()) {
                        throw e;
                    }
                    problem = e;
                }
                return new InputStage(manager, loaded, problem, folder, block);
            } catch (IOException | RuntimeException | Error e) {
                if (manager != null) {
                    manager.close();
                }
                CompletableFuture<Void> unused = tokenizer.thenAccept(TextTokenizer::close);
                throw e;
            }
        }

        private void loadTokenizer(CompletableFuture<TextTokenizer> tokenizer) {
            try {
                tokenizer.complete(folder.loadTokenizer());
            } catch (IOException | RuntimeException | Error e) {
                tokenizer.completeExceptionally(e);
            }
        }

        private static TextTokenizer result(CompletableFuture<TextTokenizer> tokenizer)
                throws IOException {
            try {
                return tokenizer.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException problem) {
                    throw problem;
                }
                if (e.getCause() instanceof Error problem) {
                    throw problem;
                }
                throw e.getCause() instanceof IOException problem ? problem : new IOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the tokenizer was being loaded", e);
            }
        }
    }
}
