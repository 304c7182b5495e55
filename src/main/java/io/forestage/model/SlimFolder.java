package io.forestage.model;

import com.google.gson.JsonObject;
import io.forestage.tokens.VocabularyFiles;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.StoredType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A model reduced to what an input stage needs.
 *
 * @param rows how many rows of wte to keep
 * @param storedType the type to write the tables in
 */
record SlimFolder(
        ModelSource model,
        ModelSource.Configuration configuration,
        Gpt2Tables tables,
        long rows,
        StoredType storedType) {

    static final String WEIGHTS = "model.safetensors";

    /** The files of a model folder, which a new model replaces. */
    static final List<String> FILES =
            List.of(
                    ModelConfig.FILE_NAME,
                    WEIGHTS,
                    ModelSource.TOKENIZER,
                    VocabularyFiles.HUGGING_FACE.vocabulary(),
                    VocabularyFiles.HUGGING_FACE.merges(),
                    Provenance.FILE_NAME,
                    NewModel.TRAINING_FOLDER);

    /** The files that were written, and the tables' checksums. */
    record Written(List<String> files, SortedMap<String, String> checksums) {

        /** Without the files whose old versions were kept. */
        Written without(List<String> kept) {
            List<String> others = files.stream().filter(file -> !kept.contains(file)).toList();
            return new Written(others, checksums);
        }
    }

    Written write(Path folder, TableChecksums running, String sourceName) throws IOException {
        writeTables(folder.resolve(WEIGHTS), running);
        List<String> files = writeSmallFiles(folder);
        SortedMap<String, String> checksums = running.results();
        new Provenance(sourceName, checksums, Map.of()).write(folder);
        files.add(Provenance.FILE_NAME);
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
        files.add(ServingProperties.FILE_NAME);
        return new Written(files, checksums);
    }

    private List<String> writeSmallFiles(Path folder) throws IOException {
        new SlimConfig(configuration, tables, rows, storedType)
                .write(folder.resolve(ModelConfig.FILE_NAME));
        List<String> written = new ArrayList<>(List.of(ModelConfig.FILE_NAME, WEIGHTS));
        written.addAll(model.copyTokenizer(configuration, folder));
        BitSet trained = trainedTokens();
        if (trained != null) {
            TrainedTokens.write(
                    Files.createDirectory(folder.resolve(NewModel.TRAINING_FOLDER)), trained);
            written.add(NewModel.TRAINING_FOLDER);
        }
        return written;
    }

    private @Nullable BitSet trainedTokens() throws IOException {
        if (!model.isFolder()) {
            return null;
        }
        BitSet trained =
                TrainedTokens.find(model.folder(), tables.shapes().vocabSize()).orElse(null);
        if (trained != null && trained.length() > rows) {
            trained.clear((int) rows, trained.length());
        }
        return trained;
    }

    ImportReport report(Path target, Checkpoint weights, Written written)
            throws WeightFileException {
        return new ImportReport(
                target,
                tables.all().stream().map(LocatedTensor::entry).toList(),
                tables.wpe() == null ? List.of(Gpt2Table.WPE.tensorName()) : List.of(),
                tables.unusedIn(weights),
                weights.unopened(),
                tables.shapes().vocabSize() - rows,
                written.checksums(),
                written.files());
    }

    private void writeTables(Path file, TableChecksums checksums) throws IOException {
        List<TensorSource> sources = new ArrayList<>();
        sources.add(checksums.follow(source(Gpt2Table.WTE, tables.wte(), rows)));
        LocatedTensor wpe = tables.wpe();
        if (wpe != null) {
            long positions = wpe.entry().shape().get(0);
            sources.add(checksums.follow(source(Gpt2Table.WPE, wpe, positions)));
        }
        SafetensorsWriter.write(file, Map.of(), sources);
        for (LocatedTensor table : tables.all()) {
            table.file().requireUnchanged();
        }
    }

    private TensorSource source(Gpt2Table table, LocatedTensor located, long keptRows) {
        TensorEntry entry = located.entry();
        TensorEntry kept =
                new TensorEntry(
                        table.tensorName(),
                        storedType.of(entry.type()),
                        List.of(keptRows, entry.shape().get(1)));
        return new TensorSource(
                kept.name(),
                kept.type(),
                kept.shape(),
                channel ->
                        located.file()
                                .transferTo(
                                        entry,
                                        storedType,
                                        new FirstBytes(channel, kept.byteSize())));
    }

    /** The config.json of an imported model: the source's, or a new one with the same values. */
    private record SlimConfig(
            ModelSource.Configuration configuration,
            Gpt2Tables tables,
            long rows,
            StoredType storedType) {

        private static final String VOCAB_SIZE = "vocab_size";

        /** The keys of the weights' type in old and new versions of transformers. */
        private static final List<String> TYPES = List.of("torch_dtype", "dtype");

        /** Further keys of OpenAI's file, with the same names in config.json. */
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

        /** Sets the values that the import changes; returns false if there are none. */
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

    /** Writes a number of bytes and drops the rest. */
    private static final class FirstBytes implements WritableByteChannel {

        private final WritableByteChannel target;
        private long left;

        FirstBytes(WritableByteChannel target, long count) {
            this.target = target;
            this.left = count;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            int end = bytes.limit();
            bytes.limit(bytes.position() + (int) Math.min(left, count));
            left -= bytes.remaining();
            while (bytes.hasRemaining()) {
                target.write(bytes);
            }
            bytes.limit(end).position(end);
            return count;
        }

        @Override
        public boolean isOpen() {
            return target.isOpen();
        }

        @Override
        public void close() {}
    }
}
