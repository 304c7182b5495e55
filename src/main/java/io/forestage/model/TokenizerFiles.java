package io.forestage.model;

import io.forestage.tokens.VocabularyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a model's own tokenizer.
 *
 * @param model the model
 * @param configuration what is known of it
 */
record TokenizerFiles(ModelSource model, ModelSource.Configuration configuration) {

    static final String TOKENIZER = "tokenizer.json";

    /** Those that there are. */
    List<Path> all() {
        Stream<String> names =
                model.ownsWhatLiesBeside(configuration)
                        ? Stream.concat(
                                Stream.of(TOKENIZER),
                                Arrays.stream(VocabularyFiles.values())
                                        .flatMap(
                                                pair ->
                                                        Stream.of(
                                                                pair.vocabulary(), pair.merges())))
                        : Stream.of();
        return names.map(model.folder()::resolve).filter(Files::isRegularFile).toList();
    }

    /** Copies those that there are, under the names that others look for, and tells the names. */
    List<String> copyTo(Path folder) throws IOException {
        List<String> written = new ArrayList<>();
        if (model.ownsWhatLiesBeside(configuration)) {
            copyIfThere(TOKENIZER, folder, TOKENIZER, written);
            // One pair is enough, and whichever it is gets the names that others look for.
            for (VocabularyFiles names : VocabularyFiles.values()) {
                VocabularyFiles usual = VocabularyFiles.HUGGING_FACE;
                if (!written.contains(usual.vocabulary())) {
                    copyIfThere(names.vocabulary(), folder, usual.vocabulary(), written);
                    copyIfThere(names.merges(), folder, usual.merges(), written);
                }
            }
        }
        return written;
    }

    private void copyIfThere(String name, Path folder, String newName, List<String> written)
            throws IOException {
        Path file = model.folder().resolve(name);
        if (Files.isRegularFile(file)) {
            SmallFile.copy(file, folder.resolve(newName));
            written.add(newName);
        }
    }
}
