package io.forestage.training.session;

import ai.djl.ndarray.NDManager;
import io.forestage.model.LoadOptions;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelFolder;
import io.forestage.model.PositionKind;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.support.Digest;
import io.forestage.tokens.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The model that a training starts from, or none: then only the vocabulary is given, GPT-2's.
 *
 * @param folder the model folder, or null
 */
public record StartingModel(@Nullable ModelFolder folder) {

    /** What messages about a new model name in place of its folder. */
    private static final Path NEW = Path.of("the new model");

    /** Hugging Face's initializer_range. */
    private static final double RANGE = 0.02;

    /** Opens a model folder; null for none. */
    public static StartingModel of(@Nullable Path folder) throws IOException {
        return new StartingModel(folder == null ? null : ModelFolder.open(folder));
    }

    /** Loads the model's tokenizer, or GPT-2's. */
    public TextTokenizer loadTokenizer() throws IOException {
        return folder == null ? TextTokenizer.gpt2() : folder.loadTokenizerForTraining();
    }

    /** Returns the id of the end-of-text token. */
    public long endOfText() {
        return folder == null ? ModelConfig.GPT2_EOS_TOKEN_ID : folder.batchOptions().paddingId();
    }

    /**
     * Returns the configuration of a new model with the same vocabulary.
     *
     * @param length the longest row, or null for GPT-2's, 1024
     */
    public ModelConfig newConfig(PositionKind positions, @Nullable Integer length, long dimension) {
        return new ModelConfig(
                folder == null ? ModelConfig.GPT2_VOCAB_SIZE : folder.config().vocabSize(),
                length == null ? ModelConfig.GPT2_N_POSITIONS : length,
                dimension,
                0,
                RANGE,
                positions,
                OptionalLong.of(endOfText()),
                OptionalInt.empty());
    }

    /** Creates a block of a configuration, with random tables. */
    public static Gpt2InputEmbedding draw(ModelConfig config, NDManager manager, int seed)
            throws IOException {
        return ModelFolder.draw(NEW, config, manager, seed).block();
    }

    /** Loads the folder's block for training; null for the folder's own kind of positions. */
    public Gpt2InputEmbedding load(NDManager manager, @Nullable PositionKind positions)
            throws IOException {
        return required()
                .loadBlock(
                        manager,
                        positions == null
                                ? LoadOptions.fineTuned()
                                : LoadOptions.fineTuned().withPositionKind(positions))
                .block();
    }

    /**
     * Returns the tokens whose rows are trained, before or by a training on {@code seen}; null if
     * all are.
     */
    public @Nullable BitSet trainedTokens(IntStream seen) throws IOException {
        BitSet trained = folder == null ? new BitSet() : folder.trainedTokens().orElse(null);
        if (trained != null) {
            seen.forEach(trained::set);
        }
        return trained;
    }

    /** Returns what distinguishes this start in {@link TrainingCheckpoint#identityOf}. */
    public Map<String, String> identity() throws IOException {
        Map<String, String> identity = new LinkedHashMap<>();
        if (folder == null) {
            identity.put("init", "none");
            return identity;
        }
        folder.tableChecksums()
                .forEach((table, sha256) -> identity.put("init " + table, "sha256 " + sha256));
        // The width among the options is that of a new table.
        identity.put("dim", Long.toString(folder.config().nEmbd()));
        identity.put(
                "init positions",
                folder.config().positionKind().name().toLowerCase(Locale.ROOT)
                        + " "
                        + folder.config().nPositions());
        identity.put("init end of text", Long.toString(endOfText()));
        identity.put("init tokenizer", tokenizer(folder));
        folder.config()
                .randomSeed()
                .ifPresent(
                        seed -> identity.put("init", "seed " + seed + " where it has no tables"));
        return identity;
    }

    private static String tokenizer(ModelFolder folder) throws IOException {
        List<String> files = new ArrayList<>();
        for (Path file : folder.tokenizerFiles()) {
            files.add(file.getFileName() + " sha256 " + Digest.sha256(file));
        }
        return files.isEmpty() ? "GPT-2's" : String.join(", ", files);
    }

    private ModelFolder required() {
        if (folder == null) {
            throw new IllegalStateException("expected a model to start from, found none");
        }
        return folder;
    }
}
