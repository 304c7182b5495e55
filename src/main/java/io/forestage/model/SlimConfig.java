package io.forestage.model;

import com.google.gson.JsonObject;
import io.forestage.weights.StoredType;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.io.IOException;
import java.nio.file.Path;

/** The config.json of an imported model: the source's, or one in its place that says the same. */
record SlimConfig(
        ModelSource.Configuration configuration,
        Gpt2Tables tables,
        long rows,
        StoredType storedType) {

    private static final String VOCAB_SIZE = "vocab_size";
    private static final String TYPE = "torch_dtype";

    void write(Path target) throws IOException {
        Path source = configuration.file();
        if (source == null || !source.endsWith(ModelConfig.FILE_NAME)) {
            SmallFile.write(target, fromConfiguration());
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
        if (storedType != StoredType.KEEP && json.has(TYPE)) {
            json.addProperty(TYPE, storedType == StoredType.FLOAT16 ? "float16" : "float32");
            changed = true;
        }
        return changed;
    }

    private JsonObject fromConfiguration() {
        JsonObject json = new JsonObject();
        json.addProperty("model_type", "gpt2");
        json.addProperty(VOCAB_SIZE, rows);
        json.addProperty("n_embd", configuration.config().nEmbd());
        LocatedTensor wpe = tables.wpe();
        if (wpe != null) {
            json.addProperty("n_positions", wpe.entry().shape().get(0));
        }
        return json;
    }
}
