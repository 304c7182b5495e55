package io.forestage.model;

import ai.djl.ndarray.NDManager;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.TableNames;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.FolderContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model folder: config.json in Hugging Face's layout or hparams.json in OpenAI's, GPT-2's weights
 * in any format that {@link io.forestage.weights.checkpoint.Checkpoint} opens, and optionally the
 * tokenizer's files. A single weight file is a model too: it has the tokenizer beside it, and the
 * configuration if that fits.
 */
public final class ModelFolder {

    private final Path path;
    private final boolean isFolder;
    private final ModelConfig config;
    private final @Nullable Path configFile;

    private ModelFolder(
            Path path, boolean isFolder, ModelConfig config, @Nullable Path configFile) {
        this.path = path;
        this.isFolder = isFolder;
        this.config = config;
        this.configFile = configFile;
    }

    /**
     * Reads a model's configuration; weights and tokenizer are read on demand. Without a
     * configuration file it follows from the shapes of the tables.
     *
     * @param path the folder, or a weight file
     * @return the model
     * @throws IOException if the path does not exist, config.json is invalid, or there is neither a
     *     config.json nor tables
     */
    public static ModelFolder open(Path path) throws IOException {
        return open(path, TableNames.known());
    }

    /**
     * Reads the configuration of a model whose tables have given names.
     *
     * @param path the folder, or a weight file
     * @param names the names of the tables
     * @return the model
     * @throws IOException as {@link #open(Path)}
     */
    public static ModelFolder open(Path path, TableNames names) throws IOException {
        requireThere(path);
        Path configFile = configFile(path);
        if (configFile != null && Files.isDirectory(path)) {
            return new ModelFolder(path, true, ModelConfig.readFile(configFile), configFile);
        }
        try (Checkpoint weights = Checkpoint.open(path, names)) {
            if (weights.isEmpty()) {
                throw noWeights(path);
            }
            return open(path, weights);
        }
    }

    /**
     * Reads the configuration of a model with open weights: from the folder's file; for a single
     * weight file from the file beside it if that fits; otherwise from the tables' shapes.
     */
    static ModelFolder open(Path path, Checkpoint weights) throws IOException {
        boolean isFolder = Files.isDirectory(path);
        Path configFile = configFile(path);
        if (configFile != null) {
            try {
                ModelConfig config = ModelConfig.readFile(configFile);
                if (!isFolder) {
                    Gpt2Tables.thatAreThere(weights, config).requireShapes(config);
                }
                return new ModelFolder(path, isFolder, config, configFile);
            } catch (ModelFolderException | WeightFileException ofAnotherModel) {
                if (isFolder) {
                    throw ofAnotherModel;
                }
            }
        }
        return new ModelFolder(path, isFolder, Gpt2Tables.configOf(weights), null);
    }

    /** Says what a folder without weights has instead. */
    static ModelFolderException noWeights(Path folder) throws IOException {
        FolderContent content = FolderContent.of(folder);
        return new ModelFolderException(
                folder,
                "expected GPT-2's weights in the folder (safetensors, PyTorch, TensorFlow, NumPy, GGUF or llm.c), found %s; %s"
                        .formatted(content.found(), content.remedy()));
    }

    /** Refuses a path where nothing is. */
    static void requireThere(Path path) throws ModelFolderException {
        if (!Files.exists(path)) {
            throw new ModelFolderException(
                    path, "expected a model folder or a weight file, found no such file");
        }
    }

    /** Returns the folder of a model that is a folder or a weight file. */
    static Path folderOf(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return Files.isDirectory(path) || parent == null ? path : parent;
    }

    private static @Nullable Path configFile(Path path) {
        return Stream.of(ModelConfig.FILE_NAME, ModelConfig.OPENAI_FILE_NAME)
                .map(folderOf(path)::resolve)
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns the model's path.
     *
     * @return the folder or weight file
     */
    public Path path() {
        return path;
    }

    /**
     * Returns the model's configuration.
     *
     * @return the values of its file, or those of the tables' shapes
     */
    public ModelConfig config() {
        return config;
    }

    /**
     * Returns the values of the configuration's file, with those that the input stage does not
     * read.
     *
     * @return the values; empty if the configuration comes from the tables' shapes
     * @throws ModelFolderException if the file cannot be read or is not strict JSON
     */
    public Optional<ConfigJson> configValues() throws ModelFolderException {
        return configFile == null
                ? Optional.empty()
                : Optional.of(ConfigJson.read(configFile).decoder());
    }

    /** Returns the configuration's file; null if it comes from the tables' shapes. */
    @Nullable Path configFile() {
        return configFile;
    }

    /** Returns the tokenizer's files. */
    TokenizerFiles tokenizer() throws IOException {
        return TokenizerFiles.of(path);
    }

    /**
     * Loads the tokenizer of a model as {@link #loadTokenizer()} does, without a look at the rest
     * of the model if a tokenizer's files are there.
     *
     * @param path the folder, or a weight file
     * @return the tokenizer, to be closed
     * @throws IOException if a file is invalid, or if there is neither a tokenizer nor a model
     */
    public static TextTokenizer tokenizerOf(Path path) throws IOException {
        requireThere(path);
        TokenizerFiles files = TokenizerFiles.of(path);
        return files.exist() ? files.load() : open(path).loadTokenizer();
    }

    /**
     * Loads the folder's tokenizer, or GPT-2's if the folder has none and the table has a row for
     * each of its tokens and no more. The folder's own may have fewer tokens than the table has
     * rows, or more: a text with a token that has no row is refused when it is embedded.
     *
     * @return the tokenizer, to be closed
     * @throws IOException if a file is invalid, or if the folder has no tokenizer and {@code
     *     vocab_size} is not GPT-2's
     */
    public TextTokenizer loadTokenizer() throws IOException {
        return tokenizerFor(config.vocabSize());
    }

    /** The tokenizer of a table with a number of rows. */
    TextTokenizer tokenizerFor(long rows) throws IOException {
        TokenizerFiles files = tokenizer();
        if (!files.exist() && rows != ModelConfig.GPT2_VOCAB_SIZE) {
            throw new ModelFolderException(
                    path,
                    "expected the model's own tokenizer for its vocabulary of %d tokens, found none, and GPT-2's has %d; add tokenizer.json, or vocab.json and merges.txt; ids work without"
                            .formatted(rows, ModelConfig.GPT2_VOCAB_SIZE));
        }
        return files.load();
    }

    /**
     * Loads the tokenizer of a model that is trained further, where every token needs a row.
     *
     * @return the tokenizer, to be closed
     * @throws IOException as {@link #loadTokenizer}, or if there are more tokens than rows
     */
    public TextTokenizer loadTokenizerForTraining() throws IOException {
        TextTokenizer tokenizer = loadTokenizer();
        int tokens = tokenizer.vocabularySize();
        if (tokens <= config.vocabSize()) {
            return tokenizer;
        }
        tokenizer.close();
        throw new ModelFolderException(
                path,
                "expected a row for each of the tokenizer's %d tokens, found vocab_size %d; resize the table in Python with resize_token_embeddings(%d)"
                        .formatted(tokens, config.vocabSize(), tokens));
    }

    /**
     * Loads the folder's tables into a block.
     *
     * @param manager the owner of the tables, which lie on its device
     * @param options how to load
     * @return the block, initialised, and what was loaded
     * @throws IOException if a file is invalid, a table is missing or has another shape, or the
     *     folder has neither weights nor a seed
     */
    public LoadedBlock loadBlock(NDManager manager, LoadOptions options) throws IOException {
        try (Checkpoint files = Checkpoint.open(path, options.tableNames())) {
            BlockLoader loader = new BlockLoader(config, manager, options);
            if (!files.isEmpty()) {
                return loader.fromFiles(files);
            }
            OptionalInt seed =
                    options.randomSeed().isPresent() ? options.randomSeed() : config.randomSeed();
            if (seed.isEmpty()) {
                throw noWeights(path);
            }
            return loader.random(path, seed.getAsInt());
        }
    }

    /**
     * Draws the tables of a new model from N(0, initializer_range), wte first, as Hugging Face
     * does: the same numbers as PyTorch's for the same seed.
     *
     * @param place the folder of the model, for messages
     * @param config its configuration
     * @param manager the owner of the tables, which lie on its device
     * @param seed the seed
     * @return the block, initialised, not frozen
     * @throws IOException if the tables do not fit into memory
     */
    public static LoadedBlock draw(Path place, ModelConfig config, NDManager manager, int seed)
            throws IOException {
        return new BlockLoader(config, manager, LoadOptions.fineTuned()).random(place, seed);
    }

    /**
     * Returns the tokens that the model was trained on, if they are recorded, as in models trained
     * by Forestage, or if there are no weights but a seed to draw them from. The rows of all other
     * tokens are random.
     *
     * @return their ids, an empty set for a seed; empty if not recorded, as for GPT-2, whose rows
     *     are all trained
     * @throws IOException if {@code training/trained-tokens.npy} or a weight file is invalid
     */
    public Optional<BitSet> trainedTokens() throws IOException {
        Optional<BitSet> recorded =
                isFolder ? TrainedTokens.find(path, config.vocabSize()) : Optional.empty();
        return recorded.isEmpty() && isDrawn() ? Optional.of(new BitSet()) : recorded;
    }

    /** Weights that are there are loaded whatever seed the configuration has. */
    private boolean isDrawn() throws IOException {
        if (config.randomSeed().isEmpty()) {
            return false;
        }
        try (Checkpoint files = Checkpoint.open(path)) {
            return files.isEmpty();
        }
    }

    /**
     * Computes the SHA-256 of each table.
     *
     * @return the sums by the tables' names; of the tables that are there
     * @throws IOException if a weight file is invalid
     */
    public SortedMap<String, String> tableChecksums() throws IOException {
        return TableChecksums.of(path);
    }

    /**
     * Returns the files of the folder's own tokenizer.
     *
     * @return the existing files, or the GGUF file that has the tokenizer; empty if the model uses
     *     GPT-2's tokenizer
     * @throws IOException if a weight file is invalid
     */
    public List<Path> tokenizerFiles() throws IOException {
        return tokenizer().paths();
    }

    /**
     * Returns the batch options of the model: rows of up to {@code n_positions} tokens, longer
     * texts refused, padding on the right with {@code eos_token_id}.
     *
     * @return the options
     */
    public BatchOptions batchOptions() {
        long end =
                config.eosTokenId()
                        .orElse(Math.min(ModelConfig.GPT2_EOS_TOKEN_ID, config.vocabSize() - 1));
        return BatchOptions.gpt2()
                .withMaxLength(Math.toIntExact(config.nPositions()))
                .withPaddingId(end);
    }

    /**
     * A block with its tables.
     *
     * @param block the block, initialised
     * @param report the source of its tables
     * @param files the mapped files
     */
    public record LoadedBlock(Gpt2InputEmbedding block, LoadReport report, MappedFiles files) {}
}
