package io.forestage.model;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a model folder's config.json says about the input stage, under Hugging Face's names for
 * GPT-2; a key that is absent has GPT2Config's default.
 *
 * @param vocabSize V, {@code vocab_size}
 * @param nPositions P, {@code n_positions}: the learned positions, and the longest row
 * @param nEmbd D, {@code n_embd}
 * @param embdPdrop {@code embd_pdrop}: the part of the elements that training drops
 * @param initializerRange {@code initializer_range}: the standard deviation of new weights
 * @param positionKind {@code position_embedding_type}, Forestage's own key: learned (default),
 *     sinusoidal, or none for tokens alone
 * @param eosTokenId {@code eos_token_id}: the id that fills up shorter rows of a batch
 * @param randomSeed {@code forestage_random_seed}, Forestage's own key: the folder holds no
 *     weights, they are drawn with this seed
 */
public record ModelConfig(
        long vocabSize,
        long nPositions,
        long nEmbd,
        double embdPdrop,
        double initializerRange,
        PositionKind positionKind,
        OptionalLong eosTokenId,
        OptionalInt randomSeed) {

    /** The name of the file in a model folder. */
    public static final String FILE_NAME = "config.json";

    /** GPT2Config's default of {@code embd_pdrop}. */
    static final double DEFAULT_EMBD_PDROP = 0.1;

    /** GPT2Config's default of {@code initializer_range}. */
    static final double DEFAULT_INITIALIZER_RANGE = 0.02;

    /** The width of an attention head in every GPT-2. */
    private static final long HEAD_WIDTH = 64;

    /**
     * {@code n_head} for a model whose source names none: transformers opens a model only if its
     * heads divide D, and its default is 12.
     */
    long heads() {
        return nEmbd % HEAD_WIDTH == 0 ? nEmbd / HEAD_WIDTH : 1;
    }

    /** The same but for the vocabulary's size. */
    ModelConfig withVocabSize(long size) {
        return new ModelConfig(
                size,
                nPositions,
                nEmbd,
                embdPdrop,
                initializerRange,
                positionKind,
                eosTokenId,
                randomSeed);
    }

    /**
     * Reads a folder's config.json.
     *
     * @param folder the model folder
     * @return the configuration
     * @throws ModelFolderException if the file cannot be read, is no strict JSON, or a value is of
     *     another type or out of its range
     */
    public static ModelConfig read(Path folder) throws ModelFolderException {
        return ModelConfigReader.read(folder.resolve(FILE_NAME));
    }
}
