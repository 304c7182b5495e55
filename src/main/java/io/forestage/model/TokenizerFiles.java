package io.forestage.model;

import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.VocabularyFiles;
import io.forestage.weights.gguf.GgufTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model's own tokenizer.
 *
 * @param folder the folder of the model
 * @param areOwn whether the tokenizer's files in it are the model's own
 * @param gguf the GGUF file whose tokenizer is the model's own, before all files; or null
 */
record TokenizerFiles(Path folder, boolean areOwn, @Nullable GgufTokenizer gguf) {

    /** The tokenizers library's file. */
    static final String JSON = "tokenizer.json";

    /** Loads the model's own tokenizer, or GPT-2's. */
    TextTokenizer load() throws IOException {
        if (gguf != null) {
            return TextTokenizer.fromTokenizerJson(gguf.file(), gguf.json());
        }
        return areOwn ? TextTokenizer.fromFolder(folder) : TextTokenizer.gpt2();
    }

    /** Returns whether the model has its own tokenizer, in any form. */
    boolean exist() {
        return gguf != null
                || (areOwn
                        && Stream.concat(
                                        Stream.of(JSON),
                                        Arrays.stream(VocabularyFiles.values())
                                                .map(VocabularyFiles::vocabulary))
                                .anyMatch(name -> Files.exists(folder.resolve(name))));
    }

    /** Returns the existing files. */
    List<Path> paths() {
        if (gguf != null) {
            return List.of(gguf.file());
        }
        Stream<String> names =
                areOwn
                        ? Stream.concat(
                                Stream.of(JSON),
                                Arrays.stream(VocabularyFiles.values())
                                        .flatMap(
                                                pair ->
                                                        Stream.of(
                                                                pair.vocabulary(), pair.merges())))
                        : Stream.of();
        return names.map(folder::resolve).filter(Files::isRegularFile).toList();
    }

    /** Copies the files under Hugging Face's names and returns the names. */
    List<String> copyTo(Path target) throws IOException {
        List<String> written = new ArrayList<>();
        if (gguf != null) {
            SmallFile.write(target.resolve(JSON), gguf.json());
            written.add(JSON);
        } else if (areOwn) {
            copyIfThere(JSON, target, JSON, written);
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
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
            SmallFile.copy(file, target.resolve(newName));
            written.add(newName);
        }
    }
}
