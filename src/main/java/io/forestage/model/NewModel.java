package io.forestage.model;

import com.google.gson.JsonObject;
import io.forestage.weights.TensorSource;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A new model, to be written as a folder for {@link ModelFolder}.
 *
 * @param config what goes into config.json
 * @param tables the tables of model.safetensors, under GPT-2's names
 * @param tokenizerOf the model whose tokenizer is copied; null for GPT-2's
 * @param source where they come from, for provenance.json
 * @param trainedTokens the tokens whose rows were trained; null if all were
 * @param training how they were made, for provenance.json
 */
public record NewModel(
        ModelConfig config,
        List<TensorSource> tables,
        @Nullable ModelFolder tokenizerOf,
        String source,
        @Nullable BitSet trainedTokens,
        Map<String, String> training) {

    /** The folder within a model folder for the records of its training. */
    public static final String TRAINING_FOLDER = "training";

    /** Writes further files into the training folder. */
    @FunctionalInterface
    public interface Extras {

        /**
         * Writes files.
         *
         * @param folder where to
         * @throws IOException if they cannot be written
         */
        void writeTo(Path folder) throws IOException;
    }

    /**
     * Copies the lists.
     *
     * @param config what goes into config.json
     * @param tables the tables
     * @param tokenizerOf the model whose tokenizer it has
     * @param source where they come from
     * @param trainedTokens the tokens whose rows were trained
     * @param training how they were made
     */
    public NewModel {
        tables = List.copyOf(tables);
    }

    /**
     * Checks beforehand that a model may be written to a folder.
     *
     * @param target the model folder to write
     * @param force whether to replace a model that is there
     * @throws IOException if not, or if no folder can be made there
     */
    public static void requireFree(Path target, boolean force) throws IOException {
        AtomicFolder.prepare(target, force).close();
    }

    /**
     * Removes what killed processes have left beside a model's place.
     *
     * @param target the model folder
     * @throws IOException if it cannot be removed
     */
    public static void removeLeft(Path target) throws IOException {
        StagingFolder.recover(AtomicFolder.realPlace(target));
    }

    /**
     * Writes the folder atomically.
     *
     * @param target the model folder
     * @param force whether to replace a model that is there; files that are no part of a model are
     *     kept
     * @param extras writes into the folder {@value #TRAINING_FOLDER}
     * @throws IOException if a model is there and force is not given, or it cannot be written
     */
    public void write(Path target, boolean force, Extras extras) throws IOException {
        try (AtomicFolder swap = AtomicFolder.prepare(target, force);
                TableChecksums checksums = new TableChecksums()) {
            Path written = swap.write(folder -> write(folder, checksums));
            Path more = Files.createDirectory(written.resolve(TRAINING_FOLDER));
            if (trainedTokens != null) {
                TrainedTokens.write(more, trainedTokens);
            }
            extras.writeTo(more);
            swap.commit();
        }
    }

    /**
     * Returns whether a folder already has this model, by its provenance.json.
     *
     * @param target the model folder
     * @param details the entries of {@link #training} to compare
     * @return true if the tables' checksums and the details are the same
     * @throws IOException if provenance.json is invalid, or the tables cannot be read
     */
    public boolean isAt(Path target, Map<String, String> details) throws IOException {
        Optional<Provenance> recorded = Provenance.find(target);
        if (recorded.isEmpty()
                || !recorded.get().training().entrySet().containsAll(details.entrySet())) {
            return false;
        }
        try (TableChecksums checksums = new TableChecksums()) {
            for (TensorSource table : tables) {
                checksums
                        .follow(table)
                        .writeTo(Channels.newChannel(OutputStream.nullOutputStream()));
            }
            return checksums.results().equals(recorded.get().sha256());
        }
    }

    private Path write(Path folder, TableChecksums checksums) throws IOException {
        List<TensorSource> followed = tables.stream().map(checksums::follow).toList();
        SafetensorsWriter.write(folder.resolve(SlimFolder.WEIGHTS), Map.of(), followed);
        SmallFile.write(folder.resolve(ModelConfig.FILE_NAME), configJson());
        if (tokenizerOf != null) {
            tokenizerOf.copyTokenizer(folder);
        }
        new Provenance(source, checksums.results(), training).write(folder);
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
        return folder;
    }

    private JsonObject configJson() {
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
        return json;
    }
}
