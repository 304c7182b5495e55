package io.forestage.model;

import ai.djl.ndarray.NDManager;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model folder: config.json in Hugging Face's layout or hparams.json in OpenAI's, GPT-2's weights
 * in any format that {@link io.forestage.weights.checkpoint.Checkpoint} opens, and optionally the
 * tokenizer's files. A single weight file is a model too: it uses the files beside it if they fit.
 */
public final class ModelFolder {

    private final ModelSource source;
    private final ModelSource.Configuration configuration;

    private ModelFolder(ModelSource source, ModelSource.Configuration configuration) {
        this.source = source;
        this.configuration = configuration;
    }

    /**
     * Reads a model's configuration; weights and tokenizer are read on demand. Without a
     * configuration it follows from the shapes of the tables.
     *
     * @param path the folder, or a weight file
     * @return the model
     * @throws IOException if the path does not exist, config.json is invalid, or there is neither a
     *     config.json nor tables
     */
    public static ModelFolder open(Path path) throws IOException {
        ModelSource source = ModelSource.of(path);
        return new ModelFolder(source, source.configuration());
    }

    /**
     * Returns the model's path.
     *
     * @return the folder or weight file
     */
    public Path path() {
        return source.place();
    }

    /**
     * Returns the folder's configuration.
     *
     * @return what config.json says
     */
    public ModelConfig config() {
        return configuration.config();
    }

    /**
     * Loads the folder's tokenizer, or GPT-2's if the folder has none.
     *
     * @return the tokenizer, to be closed
     * @throws IOException if a file is invalid, or the size of the vocabulary differs from {@code
     *     vocab_size}
     */
    public TextTokenizer loadTokenizer() throws IOException {
        TextTokenizer tokenizer = source.loadTokenizer(configuration);
        if (tokenizer.vocabularySize() == config().vocabSize()) {
            return tokenizer;
        }
        int found = tokenizer.vocabularySize();
        tokenizer.close();
        throw new ModelFolderException(
                path(),
                "vocab_size in config.json: expected the size of the tokenizer's vocabulary, "
                        + found
                        + ", found "
                        + config().vocabSize()
                        + "; add the model's own tokenizer.json, or vocab.json and merges.txt"
                        + (found < config().vocabSize()
                                ? "; if the last rows are padding, import with --cut-padding"
                                : ""));
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
        try (Checkpoint files = source.openWeights()) {
            BlockLoader loader = new BlockLoader(config(), manager, options);
            if (!files.isEmpty()) {
                return loader.fromFiles(files);
            }
            OptionalInt seed =
                    options.randomSeed().isPresent() ? options.randomSeed() : config().randomSeed();
            if (seed.isEmpty()) {
                throw new ModelFolderException(
                        path(),
                        "expected weights in model.safetensors, found none; for random weights set"
                                + " forestage_random_seed in config.json");
            }
            return loader.random(path(), seed.getAsInt());
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
     * @return their ids, none of them for a seed; empty if not recorded, as for GPT-2, whose rows
     *     are all trained
     * @throws IOException if {@code training/trained-tokens.npy} or a weight file is invalid
     */
    public Optional<BitSet> trainedTokens() throws IOException {
        Optional<BitSet> recorded =
                source.isFolder()
                        ? TrainedTokens.find(source.place(), config().vocabSize())
                        : Optional.empty();
        return recorded.isEmpty() && isDrawn() ? Optional.of(new BitSet()) : recorded;
    }

    /** Weights that are there are loaded whatever seed the configuration has. */
    private boolean isDrawn() throws IOException {
        if (config().randomSeed().isEmpty()) {
            return false;
        }
        try (Checkpoint files = source.openWeights()) {
            return files.isEmpty();
        }
    }

    /**
     * Returns the files of the folder's own tokenizer.
     *
     * @return the existing files; empty if the model uses GPT-2's tokenizer
     */
    public List<Path> tokenizerFiles() {
        return source.tokenizerFiles(configuration);
    }

    /** Copies the files of the folder's own tokenizer, if it has one. */
    void copyTokenizer(Path folder) throws IOException {
        source.copyTokenizer(configuration, folder);
    }

    /**
     * Returns the batch options of the model: rows of up to {@code n_positions} tokens, longer
     * texts refused, padding on the right with {@code eos_token_id}.
     *
     * @return the options
     */
    public BatchOptions batchOptions() {
        long end =
                config().eosTokenId()
                        .orElse(Math.min(ModelConfig.GPT2_EOS_TOKEN_ID, config().vocabSize() - 1));
        return BatchOptions.gpt2()
                .withMaxLength(Math.toIntExact(config().nPositions()))
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
