package io.forestage.model;

import io.forestage.weights.TensorSource;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a model folder for {@link ModelFolder}, whole or not at all: config.json,
 * model.safetensors, the tokenizer's files, provenance.json, serving.properties and the records of
 * its training.
 */
public final class ModelWriter {

    /** The folder within a model folder for the records of its training. */
    public static final String TRAINING_FOLDER = "training";

    static final String WEIGHTS = "model.safetensors";

    /** The files of a model folder, which a new model replaces. */
    static final List<String> FILES =
            Stream.concat(
                            Stream.of(ModelConfig.FILE_NAME, WEIGHTS),
                            Stream.concat(
                                    TokenizerFiles.NAMES.stream(),
                                    Stream.of(Provenance.FILE_NAME, TRAINING_FOLDER)))
                    .toList();

    private final ConfigFile config;
    private final List<TensorSource> tables;
    private final @Nullable TokenizerFiles tokenizer;
    private final String source;
    private final @Nullable BitSet trainedTokens;
    private final Map<String, String> training;

    /**
     * Prepares a new model without transformer blocks; nothing is written yet.
     *
     * @param config the values of config.json
     * @param tables the tables of model.safetensors, under GPT-2's names
     * @param tokenizerOf the model whose tokenizer is copied; null for GPT-2's
     * @param source where the tables come from, for provenance.json
     * @param trainedTokens the tokens whose rows were trained; null if all were
     * @param training how the tables were trained, for provenance.json
     * @throws IOException if the tokenizer's file cannot be read
     */
    public ModelWriter(
            ModelConfig config,
            List<TensorSource> tables,
            @Nullable ModelFolder tokenizerOf,
            String source,
            @Nullable BitSet trainedTokens,
            Map<String, String> training)
            throws IOException {
        this(config, Map.of(), tables, tokenizerOf, source, trainedTokens, training);
    }

    /**
     * Prepares a new model with transformer blocks; nothing is written yet.
     *
     * @param config the values of config.json
     * @param decoder the blocks' values of config.json: texts, numbers and truth values
     * @param tensors the tensors of model.safetensors, under GPT-2's names
     * @param tokenizerOf the model whose tokenizer is copied; null for GPT-2's
     * @param source where the tensors come from, for provenance.json
     * @param trainedTokens the tokens whose rows were trained; null if all were
     * @param training how the tensors were trained, for provenance.json
     * @throws IOException if the tokenizer's file cannot be read
     */
    public ModelWriter(
            ModelConfig config,
            Map<String, Object> decoder,
            List<TensorSource> tensors,
            @Nullable ModelFolder tokenizerOf,
            String source,
            @Nullable BitSet trainedTokens,
            Map<String, String> training)
            throws IOException {
        this(
                ConfigFile.of(config, decoder),
                tensors,
                tokenizerOf == null ? null : tokenizerOf.tokenizer(),
                source,
                trainedTokens,
                training);
    }

    ModelWriter(
            ConfigFile config,
            List<TensorSource> tables,
            @Nullable TokenizerFiles tokenizer,
            String source,
            @Nullable BitSet trainedTokens,
            Map<String, String> training) {
        this.config = config;
        this.tables = List.copyOf(tables);
        this.tokenizer = tokenizer;
        this.source = source;
        this.trainedTokens = trainedTokens;
        this.training = training;
    }

    /** Writes further files into the training folder. */
    @FunctionalInterface
    public interface Extras {

        /**
         * Writes files.
         *
         * @param folder the training folder
         * @throws IOException if they cannot be written
         */
        void writeTo(Path folder) throws IOException;
    }

    /**
     * The written files and the tables' checksums.
     *
     * @param files the names, in the order of writing
     * @param checksums SHA-256 of each table's float32 values, by its name
     */
    record Written(List<String> files, SortedMap<String, String> checksums) {}

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
     * Removes what killed processes have left beside a model folder.
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
        writeFiles(target, force, extras);
    }

    /**
     * Writes the folder atomically; without extras and trained tokens it has no training folder.
     */
    Written writeFiles(Path target, boolean force, @Nullable Extras extras) throws IOException {
        try (AtomicFolder swap = AtomicFolder.prepare(target, force);
                TableChecksums checksums = new TableChecksums()) {
            Written all = swap.write(folder -> writeInto(folder, checksums, extras));
            List<String> kept = swap.commit();
            return new Written(
                    all.files().stream().filter(file -> !kept.contains(file)).toList(),
                    all.checksums());
        }
    }

    /**
     * Returns whether a folder already has this model, by its provenance.json.
     *
     * @param target the model folder
     * @param details the entries of {@code training} to compare
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

    private Written writeInto(Path folder, TableChecksums running, @Nullable Extras extras)
            throws IOException {
        List<String> files = new ArrayList<>(List.of(ModelConfig.FILE_NAME, WEIGHTS));
        SafetensorsWriter.write(
                folder.resolve(WEIGHTS), Map.of(), tables.stream().map(running::follow).toList());
        config.write(folder.resolve(ModelConfig.FILE_NAME));
        if (tokenizer != null) {
            files.addAll(tokenizer.copyTo(folder));
        }
        if (trainedTokens != null || extras != null) {
            writeTraining(Files.createDirectory(folder.resolve(TRAINING_FOLDER)), extras);
            files.add(TRAINING_FOLDER);
        }
        SortedMap<String, String> checksums = running.results();
        new Provenance(source, checksums, training).write(folder);
        files.add(Provenance.FILE_NAME);
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
        files.add(ServingProperties.FILE_NAME);
        return new Written(files, checksums);
    }

    private void writeTraining(Path folder, @Nullable Extras extras) throws IOException {
        if (trainedTokens != null) {
            TrainedTokens.write(folder, trainedTokens);
        }
        if (extras != null) {
            extras.writeTo(folder);
        }
    }
}
