package io.forestage.model;

import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.VocabularyFiles;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of a model: a folder, or a single weight file with the files beside it. */
final class ModelSource {

    static final String TOKENIZER = "tokenizer.json";

    private final Path place;
    private final boolean isFolder;

    private ModelSource(Path place, boolean isFolder) {
        this.place = place;
        this.isFolder = isFolder;
    }

    static ModelSource of(Path place) throws ModelFolderException {
        if (!Files.exists(place)) {
            throw new ModelFolderException(
                    place, "expected a model folder or a weight file, found no such file");
        }
        return new ModelSource(place, Files.isDirectory(place));
    }

    boolean isFolder() {
        return isFolder;
    }

    Path place() {
        return place;
    }

    /** The folder of the model. */
    Path folder() {
        Path parent = place.toAbsolutePath().getParent();
        return isFolder || parent == null ? place : parent;
    }

    Checkpoint openWeights() throws IOException {
        return Checkpoint.open(place);
    }

    /** The configuration; opens the weights only without a configuration file. */
    Configuration configuration() throws IOException {
        Path file = configFile();
        if (isFolder && file != null) {
            return new Configuration(ModelConfig.readFile(file), file);
        }
        try (Checkpoint weights = openWeights()) {
            if (weights.isEmpty()) {
                // Throws: there is no such file.
                return new Configuration(ModelConfig.read(place), null);
            }
            return configuration(weights);
        }
    }

    /**
     * The configuration of a model with open weights: from the folder's file; for a single weight
     * file from the file beside it if that fits; otherwise from the tables' shapes.
     */
    Configuration configuration(Checkpoint weights) throws IOException {
        Path file = configFile();
        if (isFolder && file != null) {
            return new Configuration(ModelConfig.readFile(file), file);
        }
        if (file != null) {
            try {
                ModelConfig beside = ModelConfig.readFile(file);
                Gpt2Tables.thatAreThere(weights, beside).requireShapes(beside);
                return new Configuration(beside, file);
            } catch (ModelFolderException | WeightFileException anotherModels) {
                return new Configuration(fromShapes(weights), null);
            }
        }
        return new Configuration(fromShapes(weights), null);
    }

    /** The model's own tokenizer, or GPT-2's. */
    TextTokenizer loadTokenizer(Configuration configuration) throws IOException {
        return ownsWhatLiesBeside(configuration)
                ? TextTokenizer.fromFolder(folder())
                : TextTokenizer.gpt2();
    }

    /** Whether the model has its own tokenizer, in any form. */
    boolean bringsTokenizer(Configuration configuration) {
        return ownsWhatLiesBeside(configuration)
                && Stream.concat(
                                Stream.of(TOKENIZER),
                                Arrays.stream(VocabularyFiles.values())
                                        .map(VocabularyFiles::vocabulary))
                        .anyMatch(name -> Files.exists(folder().resolve(name)));
    }

    /** Whether the other files of the folder belong to the model. */
    boolean ownsWhatLiesBeside(Configuration configuration) {
        return isFolder || configuration.file() != null;
    }

    /** The existing files of the model's own tokenizer. */
    List<Path> tokenizerFiles(Configuration configuration) {
        Stream<String> names =
                ownsWhatLiesBeside(configuration)
                        ? Stream.concat(
                                Stream.of(TOKENIZER),
                                Arrays.stream(VocabularyFiles.values())
                                        .flatMap(
                                                pair ->
                                                        Stream.of(
                                                                pair.vocabulary(), pair.merges())))
                        : Stream.of();
        return names.map(folder()::resolve).filter(Files::isRegularFile).toList();
    }

    /** Copies the tokenizer's files under Hugging Face's names and returns the names. */
    List<String> copyTokenizer(Configuration configuration, Path target) throws IOException {
        List<String> written = new ArrayList<>();
        if (ownsWhatLiesBeside(configuration)) {
            copyIfThere(TOKENIZER, target, TOKENIZER, written);
            // Only the first pair found is copied, under Hugging Face's names.
            for (VocabularyFiles names : VocabularyFiles.values()) {
                VocabularyFiles usual = VocabularyFiles.HUGGING_FACE;
                if (!written.contains(usual.vocabulary())) {
                    copyIfThere(names.vocabulary(), target, usual.vocabulary(), written);
                    copyIfThere(names.merges(), target, usual.merges(), written);
                }
            }
        }
        return written;
    }

    private void copyIfThere(String name, Path target, String newName, List<String> written)
            throws IOException {
        Path file = folder().resolve(name);
        if (Files.isRegularFile(file)) {
            SmallFile.copy(file, target.resolve(newName));
            written.add(newName);
        }
    }

    private @Nullable Path configFile() {
        return List.of(ModelConfig.FILE_NAME, ModelConfig.OPENAI_FILE_NAME).stream()
                .map(folder()::resolve)
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .findFirst()
                .orElse(null);
    }

    private static ModelConfig fromShapes(Checkpoint weights) throws WeightFileException {
        Gpt2Tables.TableShapes shapes = Gpt2Tables.withPositions(weights).shapes();
        return new ModelConfig(
                shapes.vocabSize(),
                shapes.nPositions(),
                shapes.nEmbd(),
                ModelConfig.DEFAULT_EMBD_PDROP,
                ModelConfig.DEFAULT_INITIALIZER_RANGE,
                PositionKind.LEARNED,
                OptionalLong.empty(),
                OptionalInt.empty());
    }

    /**
     * A configuration with its source.
     *
     * @param file its file; null if it comes from the tables' shapes
     */
    record Configuration(ModelConfig config, @Nullable Path file) {}
}
