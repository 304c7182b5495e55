package io.forestage;

import ai.djl.ndarray.NDManager;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A model folder in Hugging Face's layout: config.json, *.safetensors, and optionally
 * tokenizer.json or vocab.json + merges.txt.
 */
public final class ModelFolder {

    /** GPT-2's {@code <|endoftext|>}: GPT2Config's default of {@code eos_token_id}. */
    private static final long GPT2_END_OF_TEXT = 50256;

    private final Path path;
    private final ModelConfig config;

    private ModelFolder(Path path, ModelConfig config) {
        this.path = path;
        this.config = config;
    }

    /**
     * Reads a folder's configuration; weights and tokenizer are read when they are asked for.
     *
     * @param path the folder
     * @return the folder
     * @throws ModelFolderException if there is no such folder or its config.json is not in order
     */
    public static ModelFolder open(Path path) throws ModelFolderException {
        if (!Files.isDirectory(path)) {
            throw new ModelFolderException(
                    path,
                    "expected a model folder, found "
                            + (Files.exists(path) ? "a file" : "nothing of that name"));
        }
        return new ModelFolder(path, ModelConfig.read(path));
    }

    /**
     * Gives the folder's place.
     *
     * @return its path
     */
    public Path path() {
        return path;
    }

    /**
     * Gives the folder's configuration.
     *
     * @return what config.json says
     */
    public ModelConfig config() {
        return config;
    }

    /**
     * Loads the folder's tokenizer, or GPT-2's own where the folder has none.
     *
     * @return the tokenizer, to be closed
     * @throws IOException if a file is not in order, or the vocabulary is not as large as {@code
     *     vocab_size}
     */
    public TextTokenizer loadTokenizer() throws IOException {
        TextTokenizer tokenizer = TextTokenizer.fromFolder(path);
        if (tokenizer.vocabularySize() == config.vocabSize()) {
            return tokenizer;
        }
        int found = tokenizer.vocabularySize();
        tokenizer.close();
        throw new ModelFolderException(
                path,
                "vocab_size in config.json: expected the size of the tokenizer's vocabulary, "
                        + found
                        + ", found "
                        + config.vocabSize()
                        + "; add the model's own tokenizer.json, or vocab.json and merges.txt");
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
        try (WeightFiles files = WeightFiles.open(path)) {
            BlockLoader loader = new BlockLoader(config, manager, options);
            if (!files.isEmpty()) {
                return loader.fromFiles(files);
            }
            OptionalInt seed =
                    options.randomSeed().isPresent() ? options.randomSeed() : config.randomSeed();
            if (seed.isEmpty()) {
                throw new ModelFolderException(
                        path,
                        "expected weights in model.safetensors, found none; for random weights set"
                                + " forestage_random_seed in config.json");
            }
            return loader.random(path, seed.getAsInt());
        }
    }

    /**
     * Gives the batch options that suit the model: rows of up to {@code n_positions} tokens, longer
     * texts refused, padding on the right with {@code eos_token_id}.
     *
     * @return the options
     */
    public BatchOptions batchOptions() {
        long end = config.eosTokenId().orElse(Math.min(GPT2_END_OF_TEXT, config.vocabSize() - 1));
        return BatchOptions.gpt2()
                .withMaxLength(Math.toIntExact(config.nPositions()))
                .withPaddingId(end);
    }

    /**
     * A block with its tables.
     *
     * @param block the block, initialised
     * @param report where its tables came from
     */
    public record LoadedBlock(Gpt2InputEmbedding block, LoadReport report) {}
}
