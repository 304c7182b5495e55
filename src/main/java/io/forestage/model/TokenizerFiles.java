package io.forestage.model;

import io.forestage.tokens.OwnTokenizer;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.VocabularyFiles;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFormat;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.WeightFiles;
import io.forestage.weights.gguf.GgufTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model's own tokenizer. Those that lie beside a weight file are its own too: if
 * they were passed over, texts would silently get the ids of GPT-2's vocabulary.
 *
 * @param folder the folder of the model
 * @param gguf the GGUF file whose tokenizer is the model's own, before all files; or null
 */
record TokenizerFiles(Path folder, @Nullable GgufTokenizer gguf) {

    /** The tokenizers library's file. */
    static final String JSON = OwnTokenizer.JSON;

    /** The names of the files as a model folder has them. */
    static final List<String> NAMES =
            Stream.concat(
                            Stream.of(
                                    JSON,
                                    VocabularyFiles.HUGGING_FACE.vocabulary(),
                                    VocabularyFiles.HUGGING_FACE.merges()),
                            OwnTokenizer.SIDE_FILES.stream())
                    .toList();

    /**
     * Looks for the tokenizer's files of a model. A GGUF file has its own tokenizer; in a folder,
     * files of their own come first.
     *
     * @param path the folder, or a weight file
     */
    static TokenizerFiles of(Path path) throws IOException {
        TokenizerFiles files = new TokenizerFiles(ModelFolder.folderOf(path), null);
        Path gguf = ggufFile(path, files);
        return gguf == null
                ? files
                : new TokenizerFiles(files.folder(), GgufTokenizer.read(gguf).orElse(null));
    }

    /** Returns the GGUF file that has the weights, if its tokenizer is to be used; else null. */
    private static @Nullable Path ggufFile(Path path, TokenizerFiles files) throws IOException {
        if (!Files.isDirectory(path)) {
            return WeightFiles.isGguf(path) ? path : null;
        }
        if (files.exist() || !WeightFiles.hasGguf(path)) {
            return null;
        }
        try (Checkpoint weights = Checkpoint.open(path)) {
            return weights.files().stream()
                    .filter(file -> file.format() == WeightFormat.GGUF)
                    .map(WeightFile::path)
                    .findFirst()
                    .orElse(null);
        }
    }

    /** Loads the model's own tokenizer, or GPT-2's. */
    TextTokenizer load() throws IOException {
        return gguf == null
                ? TextTokenizer.fromFolder(folder)
                : TextTokenizer.fromTokenizerJson(gguf.file(), gguf.json());
    }

    /**
     * Returns whether the model has its own tokenizer.
     *
     * @throws IOException if it has one of a kind that cannot be loaded
     */
    boolean exist() throws IOException {
        return gguf != null || OwnTokenizer.isIn(folder);
    }

    /** Returns the existing files. */
    List<Path> paths() {
        if (gguf != null) {
            return List.of(gguf.file());
        }
        Stream<String> openAi =
                Stream.of(VocabularyFiles.OPENAI.vocabulary(), VocabularyFiles.OPENAI.merges());
        return Stream.concat(NAMES.stream(), openAi)
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .toList();
    }

    /** Copies the files under Hugging Face's names and returns the names. */
    List<String> copyTo(Path target) throws IOException {
        if (gguf != null) {
            SmallFile.write(target.resolve(JSON), gguf.json());
            return List.of(JSON);
        }
        List<String> written = new ArrayList<>();
        copyIfThere(JSON, target, JSON, written);
        // Only the first pair found is copied, under Hugging Face's names.
        for (VocabularyFiles names : VocabularyFiles.values()) {
            VocabularyFiles usual = VocabularyFiles.HUGGING_FACE;
            if (!written.contains(usual.vocabulary())) {
                copyIfThere(names.vocabulary(), target, usual.vocabulary(), written);
                copyIfThere(names.merges(), target, usual.merges(), written);
            }
        }
        for (String name : OwnTokenizer.SIDE_FILES) {
            copyIfThere(name, target, name, written);
        }
        return written;
    }

    private void copyIfThere(String name, Path target, String newName, List<String> written)
            throws IOException {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
            SmallFile.copy(file, target.resolve(newName));
            written.add(newName);
        }
    }
}
