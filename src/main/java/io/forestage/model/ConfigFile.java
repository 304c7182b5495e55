package io.forestage.model;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.forestage.weights.StoredType;
import io.forestage.weights.checkpoint.WholeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The config.json of a model that is written. */
@FunctionalInterface
interface ConfigFile {

    void write(Path file) throws IOException;

    /**
     * The config.json of a new model: the values that {@link ModelConfig} reads.
     *
     * @param decoder further keys, those of transformer blocks: texts, numbers and truth values
     */
    static ConfigFile of(ModelConfig config, Map<String, Object> decoder) {
        JsonObject json = new JsonObject();
        json.addProperty("model_type", "gpt2");
        json.addProperty("vocab_size", config.vocabSize());
        json.addProperty("n_positions", config.nPositions());
        json.addProperty("n_embd", config.nEmbd());
        json.addProperty("n_head", config.heads());
        json.addProperty("embd_pdrop", config.embdPdrop());
        json.addProperty("initializer_range", config.initializerRange());
        json.addProperty(
                "position_embedding_type", config.positionKind().name().toLowerCase(Locale.ROOT));
        config.eosTokenId().ifPresent(id -> json.addProperty("eos_token_id", id));
        new Gson().toJsonTree(decoder).getAsJsonObject().asMap().forEach(json::add);
        return file -> SmallFile.write(file, json);
    }

    /**
     * The config.json of an imported model: the source's, or a new one with the same values.
     *
     * @param config the source's configuration
     * @param source the source's file; null if the configuration comes from the tables' shapes
     * @param tables the source's tables
     * @param rows how many rows of wte are kept
     * @param storedType the type in which the tables are written
     * @param whole the transformer blocks that are written too; null for the tables alone
     */
    record Imported(
            ModelConfig config,
            @Nullable Path source,
            Gpt2Tables tables,
            long rows,
            StoredType storedType,
            @Nullable WholeTensors whole)
            implements ConfigFile {

        /** The keys of the weights' type in old and new versions of transformers. */
        private static final List<String> TYPES = List.of("torch_dtype", "dtype");

        /** Further keys of OpenAI's file, with the same names in config.json. */
        private static final List<String> KEPT = List.of("n_head", "n_layer");

        @Override
        public void write(Path file) throws IOException {
            if (source == null || !source.endsWith(ModelConfig.FILE_NAME)) {
                SmallFile.write(file, fromConfiguration());
                return;
            }
            ConfigJson whole = ConfigJson.read(source);
            ConfigJson decoder = whole.decoder();
            JsonObject json = decoder.values();
            if (change(json) || decoder != whole) {
                SmallFile.write(file, json);
            } else {
                SmallFile.copy(source, file);
            }
        }

        /** Sets the values that the import changes; returns false if there are none. */
        private boolean change(JsonObject json) {
            boolean changed = false;
            if (config.vocabSize() != rows) {
                json.addProperty("vocab_size", rows);
                changed = true;
            }
            for (String key : TYPES) {
                if (storedType != StoredType.KEEP && json.has(key)) {
                    json.addProperty(key, storedType == StoredType.FLOAT16 ? "float16" : "float32");
                    changed = true;
                }
            }
            return changed;
        }

        private JsonObject fromConfiguration() throws IOException {
            JsonObject json = new JsonObject();
            json.addProperty("model_type", "gpt2");
            json.addProperty("vocab_size", rows);
            json.addProperty("n_embd", config.nEmbd());
            json.addProperty("n_head", config.heads());
            if (tables.wpe() != null) {
                json.addProperty("n_positions", tables.shapes().nPositions());
            }
            if (config.eosTokenId().orElse(rows) < rows) {
                json.addProperty("eos_token_id", config.eosTokenId().getAsLong());
            }
            if (whole != null) {
                whole.describe(json);
            }
            if (source != null) {
                JsonObject values = ConfigJson.read(source).values();
                KEPT.stream().filter(values::has).forEach(key -> json.add(key, values.get(key)));
            }
            return json;
        }
    }
}
