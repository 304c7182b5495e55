package io.forestage.model;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** From the keys of a config.json to a {@link ModelConfig}. */
final class ModelConfigReader {

    /** What OpenAI's release has in place of config.json. */
    static final String OPENAI_FILE_NAME = "hparams.json";

    private static final long LARGEST_DIMENSION = Integer.MAX_VALUE;

    /** What a rate stays below, so that as a float32 it is still below 1. */
    private static final double LARGEST_RATE = 0.99999994;

    private ModelConfigReader() {}

    /** Whether a folder's config.json is that of a model, and not of something else. */
    static boolean isModel(Path file) {
        try {
            return ConfigJson.read(file).has("vocab_size");
        } catch (ModelFolderException e) {
            return false;
        }
    }

    static ModelConfig read(Path file) throws ModelFolderException {
        ConfigJson json = ConfigJson.read(file);
        requireGpt2(json);
        boolean openAi = file.endsWith(OPENAI_FILE_NAME);
        long vocabSize =
                json.integer(openAi ? "n_vocab" : "vocab_size", 50257, 1, LARGEST_DIMENSION);
        return new ModelConfig(
                vocabSize,
                json.integer(openAi ? "n_ctx" : "n_positions", 1024, 1, LARGEST_DIMENSION),
                json.integer("n_embd", 768, 1, LARGEST_DIMENSION),
                json.real("embd_pdrop", ModelConfig.DEFAULT_EMBD_PDROP, 0, LARGEST_RATE),
                json.real(
                        "initializer_range",
                        ModelConfig.DEFAULT_INITIALIZER_RANGE,
                        0,
                        Float.MAX_VALUE),
                positionKind(json),
                eosTokenId(json, vocabSize),
                randomSeed(json));
    }

    private static void requireGpt2(ConfigJson json) throws ModelFolderException {
        String type = json.string("model_type", "gpt2");
        if (!type.equals("gpt2")) {
            throw json.wrong("model_type", "gpt2", type, null);
        }
    }

    /**
     * transformers writes GPT2Config's default, 50256, for a smaller vocabulary too, where it is no
     * token at all.
     */
    private static OptionalLong eosTokenId(ConfigJson json, long vocabSize)
            throws ModelFolderException {
        String key = "eos_token_id";
        long last = vocabSize - 1;
        OptionalLong written =
                json.optionalInteger(key, 0, Math.max(last, ModelFolder.GPT2_END_OF_TEXT));
        boolean isDefault = written.equals(OptionalLong.of(ModelFolder.GPT2_END_OF_TEXT));
        return isDefault && ModelFolder.GPT2_END_OF_TEXT > last
                ? OptionalLong.empty()
                : json.optionalInteger(key, 0, last);
    }

    private static PositionKind positionKind(ConfigJson json) throws ModelFolderException {
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
}
