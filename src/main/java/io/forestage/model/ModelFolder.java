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
 * tokenizer's files. A lone weight file will do as well: it takes what lies beside it if that fits.
 */
public final class ModelFolder {

    /** GPT-2's {@code <|endoftext|>}: GPT2Config's default of {@code eos_token_id}. */
    static final long GPT2_END_OF_TEXT = 50256;

    private final ModelSource source;
    private final ModelSource.Configuration configuration;

    private ModelFolder(ModelSource source, ModelSource.Configuration configuration) {
        this.source = source;
        this.configuration = configuration;
    }

    /**
     * Reads a model's configuration; weights and tokenizer are read when they are asked for.
     * Without a configuration the shapes of the tables tell it.
     *
     * @param path the folder, or a weight file
     * @return the model
     * @throws IOException if there is nothing of that name, if its config.json is not in order, or
     *     if there is none and no tables tell the shapes
     */
    public static ModelFolder open(Path path) throws IOException {
        ModelSource source = ModelSource.of(path);
        return new ModelFolder(source, source.configuration());
    }

    /**
     * Gives the folder's place.
     *
     * @return its path
     */
    public Path path() {
        return source.place();
    }

    /**
     * Gives the folder's configuration.
     *
     * @return what config.json says
     */
    public ModelConfig config() {
        return configuration.config();
    }

    /**
     * Loads the folder's tokenizer, or GPT-2's own where the folder has none.
     *
     * @return the tokenizer, to be closed
     * @throws IOException if a file is not in order, or the vocabulary is not as large as {@code
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
     * @throws IOException if a file is not in order, a table is missing or has another shape, or
     *     the folder has no weights and no seed is given
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
     * Draws the tables of a model that is yet to be: from N(0, initializer_range), wte first, as
     * Hugging Face does, with the numbers that PyTorch draws after the same seed.
     *
     * @param place the folder that the model is for, which messages name
     * @param config its configuration
     * @param manager the owner of the tables, which lie on its device
     * @param seed where the random numbers come from
     * @return the block, initialised, not frozen
     * @throws IOException if the tables do not fit into memory
     */
    public static LoadedBlock draw(Path place, ModelConfig config, NDManager manager, int seed)
            throws IOException {
        return new BlockLoader(config, manager, LoadOptions.fineTuned()).random(place, seed);
    }

    /**
     * Returns the tokens that the model was trained on, if it says so, as those do that Forestage
     * has trained. The rows of all others are as random as they were drawn.
     *
     * @return their ids; empty if the folder does not say, as GPT-2's, whose rows all count
     * @throws IOException if {@code training/trained-tokens.npy} is not in order
     */
    public Optional<BitSet> trainedTokens() throws IOException {
        return source.isFolder()
                ? TrainedTokens.find(source.place(), config().vocabSize())
                : Optional.empty();
    }

    /**
     * Tells which files the folder's own tokenizer is read from.
     *
     * @return those that are there; empty if the model has GPT-2's
     */
    public List<Path> tokenizerFiles() {
        return source.tokenizerFiles(configuration);
    }

    /** Copies the files of the folder's own tokenizer, if it has one. */
    void copyTokenizer(Path folder) throws IOException {
        source.copyTokenizer(configuration, folder);
    }

    /**
     * Gives the batch options that suit the model: rows of up to {@code n_positions} tokens, longer
     * texts refused, padding on the right with {@code eos_token_id}.
     *
     * @return the options
     */
    public BatchOptions batchOptions() {
        long end =
                config().eosTokenId().orElse(Math.min(GPT2_END_OF_TEXT, config().vocabSize() - 1));
        return BatchOptions.gpt2()
                .withMaxLength(Math.toIntExact(config().nPositions()))
                .withPaddingId(end);
    }

    /**
     * A block with its tables.
     *
     * @param block the block, initialised
     * @param report where its tables came from
     * @param files those whose own bytes the tables are
     */
    public record LoadedBlock(Gpt2InputEmbedding block, LoadReport report, MappedFiles files) {}
}
