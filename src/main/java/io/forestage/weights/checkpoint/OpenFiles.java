package io.forestage.weights.checkpoint;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of one form, open.
 *
 * @param unopened the names of tensors in files that were left closed
 */
record OpenFiles(List<WeightFile> files, List<String> unopened) implements AutoCloseable {

    static final OpenFiles NONE = new OpenFiles(List.of(), List.of());

    static OpenFiles of(CheckpointForm form) throws WeightFileException {
        List<WeightFile> files = new ArrayList<>();
        try {
            for (Path path : form.files()) {
                files.add(WeightFiles.open(path));
            }
            return new OpenFiles(List.copyOf(files), form.unopened());
        } catch (WeightFileException | RuntimeException | Error e) {
            files.forEach(WeightFile::close);
            throw e;
        }
    }

    boolean holdEveryTable() throws WeightFileException {
        for (Gpt2Table table : Gpt2Table.values()) {
            boolean held = false;
            for (WeightFile file : files) {
                held |= table.findIn(file).isPresent();
            }
            if (!held) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        files.forEach(WeightFile::close);
    }
}
