package io.forestage.model;

import com.google.gson.JsonObject;
import io.forestage.weights.StoredType;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The config.json of an imported model: the source's, or one in its place that says the same. */
record SlimConfig(
        ModelSource.Configuration configuration,
        Gpt2Tables tables,
        long rows,
        StoredType storedType) {

    private static final String VOCAB_SIZE = "vocab_size";

    /** What transformers has called the weights' type, and what it calls it now. */
    private static final List<String> TYPES = List.of("torch_dtype", "dtype");

    /** What OpenAI's file says besides, under the names that config.json has for it too. */
    private static final List<String> KEPT = List.of("n_head", "n_layer");

    void write(Path target) throws IOException {
        Path source = configuration.file();
        if (source == null || !source.endsWith(ModelConfig.FILE_NAME)) {
            SmallFile.write(target, fromConfiguration(source));
            return;
        }
        JsonObject json = ConfigJson.read(source).values();
        if (change(json)) {
            SmallFile.write(target, json);
        } else {
            SmallFile.copy(source, target);
        }
    }

    /** Puts in what the import changes; false if it changes nothing that the file tells. */
    private boolean change(JsonObject json) {
        boolean changed = false;
        if (configuration.config().vocabSize() != rows) {
            json.addProperty(VOCAB_SIZE, rows);
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

    private JsonObject fromConfiguration(@Nullable Path source) throws IOException {
        JsonObject json = new JsonObject();
        json.addProperty("model_type", "gpt2");
        json.addProperty(VOCAB_SIZE, rows);
        json.addProperty("n_embd", configuration.config().nEmbd());
        json.addProperty("n_head", configuration.config().heads());
        LocatedTensor wpe = tables.wpe();
        if (wpe != null) {
            json.addProperty("n_positions", wpe.entry().shape().get(0));
        }
        if (source != null) {
            JsonObject values = ConfigJson.read(source).values();
            KEPT.stream().filter(values::has).forEach(key -> json.add(key, values.get(key)));
        }
        return json;
    }
}
