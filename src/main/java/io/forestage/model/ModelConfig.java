package io.forestage.model;

import io.forestage.tokens.BatchOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * The input stage's values in a model folder's config.json, under Hugging Face's names for GPT-2 or
 * its general ones. An absent key has the default of the model's class in transformers.
 *
 * @param vocabSize V, {@code vocab_size}
 * @param nPositions P, {@code n_positions} or {@code max_position_embeddings}: the number of
 *     learned positions, and the most tokens in a row
 * @param nEmbd D, {@code n_embd} or {@code hidden_size}
 * @param embdPdrop {@code embd_pdrop}: the dropout probability
 * @param initializerRange {@code initializer_range}: the standard deviation of new weights
 * @param positionKind {@code position_embedding_type}, Forestage's own key: learned (default),
 *     sinusoidal, or none for tokens alone
 * @param eosTokenId {@code eos_token_id}: the id at the pads of a batch; empty if it is no token's
 * @param randomSeed {@code forestage_random_seed}, Forestage's own key: the seed of random weights
 *     for a folder without weight files
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

    /** GPT-2's {@code vocab_size}, GPT2Config's default. */
    public static final int GPT2_VOCAB_SIZE = 50257;

    /** GPT-2's {@code n_positions}, GPT2Config's default. */
    public static final int GPT2_N_POSITIONS = BatchOptions.gpt2().maxLength();

    /** GPT-2's {@code n_embd}, GPT2Config's default. */
    public static final int GPT2_N_EMBD = 768;

    /** GPT-2's {@code eos_token_id}, GPT2Config's default: {@code <|endoftext|>}. */
    public static final long GPT2_EOS_TOKEN_ID = BatchOptions.gpt2().paddingId();

    /** GPT2Config's default of {@code embd_pdrop}. */
    static final double DEFAULT_EMBD_PDROP = 0.1;

    /** GPT2Config's default of {@code initializer_range}. */
    public static final double DEFAULT_INITIALIZER_RANGE = 0.02;

    /** The width of an attention head in every GPT-2. */
    private static final long HEAD_WIDTH = 64;

    /** The file of OpenAI's release in place of config.json. */
    static final String OPENAI_FILE_NAME = "hparams.json";

    private static final long MAX_DIMENSION = Integer.MAX_VALUE;

    /** The bound of a rate: as a float32 a lower rate is below 1. */
    private static final double RATE_BOUND = 0.99999994;

    /**
     * {@code n_head} for a model without it: transformers requires that it divides D, and its
     * default is 12.
     */
    long heads() {
        return nEmbd % HEAD_WIDTH == 0 ? nEmbd / HEAD_WIDTH : 1;
    }

    /** A copy with another vocabulary size. */
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
     * @throws ModelFolderException if the file cannot be read, is not strict JSON, or a value has
     *     another type or is out of range
     */
    public static ModelConfig read(Path folder) throws ModelFolderException {
        return readFile(folder.resolve(FILE_NAME));
    }

    /** Whether a config.json is that of a model. */
    static boolean isModel(Path file) {
        try {
            return ConfigJson.read(file).decoder().has("vocab_size");
        } catch (ModelFolderException e) {
            return false;
        }
    }

    static ModelConfig readFile(Path file) throws ModelFolderException {
        ConfigJson json = ConfigJson.read(file).decoder();
        Family family = Family.of(json);
        boolean openAi = file.endsWith(OPENAI_FILE_NAME);
        long vocabSize =
                json.integer(openAi ? "n_vocab" : "vocab_size", family.vocabSize, 1, MAX_DIMENSION);
        long positions =
                json.integer(openAi ? "n_ctx" : "n_positions", family.nPositions, 1, MAX_DIMENSION);
        long width = json.integer("n_embd", family.nEmbd, 1, MAX_DIMENSION);
        return new ModelConfig(
                vocabSize,
                // transformers' general names; where both are there they win, as in transformers.
                json.integer("max_position_embeddings", positions, 1, MAX_DIMENSION),
                json.integer("hidden_size", width, 1, MAX_DIMENSION),
                json.real(family.dropoutKey, family.dropout, 0, RATE_BOUND),
                json.real("initializer_range", DEFAULT_INITIALIZER_RANGE, 0, Float.MAX_VALUE),
                positionKind(json, family),
                json.optionalId("eos_token_id", vocabSize - 1),
                randomSeed(json));
    }

    private static PositionKind positionKind(ConfigJson json, Family family)
            throws ModelFolderException {
        if (!family.hasPositions) {
            return PositionKind.NONE;
        }
        String key = "position_embedding_type";
        String kind = json.string(key, "learned");
        return switch (kind.toLowerCase(Locale.ROOT)) {
            // transformers' own word for a learned table is "absolute"
            case "learned", "absolute" -> PositionKind.LEARNED;
            case "sinusoidal" -> PositionKind.SINUSOIDAL;
            case "none" -> PositionKind.NONE;
            default -> throw json.wrong(key, "learned, sinusoidal or none", kind, null);
        };
    }

    private static OptionalInt randomSeed(ConfigJson json) throws ModelFolderException {
        OptionalLong seed =
                json.optionalInteger("forestage_random_seed", Integer.MIN_VALUE, Integer.MAX_VALUE);
        return seed.isPresent()
                ? OptionalInt.of(Math.toIntExact(seed.getAsLong()))
                : OptionalInt.empty();
    }

    /**
     * The models whose first block reads the sum of wte and wpe, or wte alone where the positions
     * are added in the blocks, by their {@code model_type}. The values are the defaults of
     * transformers' classes.
     */
    private enum Family {
        GPT2("gpt2", GPT2_VOCAB_SIZE, GPT2_N_POSITIONS, GPT2_N_EMBD, "embd_pdrop", true),
        GPT("openai-gpt", 40478, 512, 768, "embd_pdrop", true),
        NEO("gpt_neo", GPT2_VOCAB_SIZE, 2048, 2048, "embed_dropout", true),
        BIGCODE("gpt_bigcode", GPT2_VOCAB_SIZE, 1024, 768, "embd_pdrop", true),
        IMAGE("imagegpt", 513, 1024, 512, "embd_pdrop", true),
        CODEGEN("codegen", 50400, 2048, 4096, "embd_pdrop", false),
        J("gptj", 50400, 2048, 4096, "embd_pdrop", false),
        NEOX("gpt_neox", 50432, 2048, 6144, "hidden_dropout", false),
        /** GPT-2 with another attention than softmax: a name that transformers refuses. */
        FORESTAGE(
                "forestage_gpt2",
                GPT2_VOCAB_SIZE,
                GPT2_N_POSITIONS,
                GPT2_N_EMBD,
                "embd_pdrop",
                true);

        private final String type;
        private final int vocabSize;
        private final int nPositions;
        private final int nEmbd;
        private final String dropoutKey;
        private final double dropout;
        private final boolean hasPositions;

        Family(
                String type,
                int vocabSize,
                int nPositions,
                int nEmbd,
                String dropoutKey,
                boolean hasPositions) {
            this.type = type;
            this.vocabSize = vocabSize;
            this.nPositions = nPositions;
            this.nEmbd = nEmbd;
            this.dropoutKey = dropoutKey;
            this.dropout = hasPositions && dropoutKey.equals("embd_pdrop") ? DEFAULT_EMBD_PDROP : 0;
            this.hasPositions = hasPositions;
        }

        static Family of(ConfigJson json) throws ModelFolderException {
            String found = json.string("model_type", GPT2.type);
            for (Family family : values()) {
                if (family.type.equals(found)) {
                    return family;
                }
            }
            String known =
                    Arrays.stream(values())
                            .map(family -> family.type)
                            .collect(Collectors.joining(", "));
            throw json.wrong("model_type", "one of " + known, found, null);
        }
    }
}
