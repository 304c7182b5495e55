package io.forestage.model;

import io.forestage.tokens.VocabularyFiles;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.SafetensorsWriter;
import io.forestage.weights.StoredType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A model without all that an input stage has no use for.
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

    /** What a model folder is made of, and what a new one therefore replaces. */
    static final List<String> FILES =
            List.of(
                    ModelConfig.FILE_NAME,
                    WEIGHTS,
                    TokenizerFiles.TOKENIZER,
                    VocabularyFiles.HUGGING_FACE.vocabulary(),
                    VocabularyFiles.HUGGING_FACE.merges(),
                    Provenance.FILE_NAME,
                    NewModel.TRAINING_FOLDER);

    /** The files that a folder got, and the tables' checksums. */
    record Written(List<String> files, SortedMap<String, String> checksums) {

        /** Without files of which the old ones were kept. */
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
        written.addAll(new TokenizerFiles(model, configuration).copyTo(folder));
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
}
