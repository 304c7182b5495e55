package io.forestage;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.SafetensorsFile;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The weight files of a model folder, open for as long as tables are read from them:
 * model.safetensors, and where it does not hold all tables, every other *.safetensors file.
 */
final class WeightFiles implements AutoCloseable {

    /** The name of a model's weight file. */
    static final String PREFERRED = "model.safetensors";

    private final Path place;
    private final List<WeightFile> files;

    private WeightFiles(Path place, List<WeightFile> files) {
        this.place = place;
        this.files = files;
    }

    /** Opens the weight files of a folder, which may have none, or one weight file. */
    static WeightFiles open(Path place) throws IOException {
        List<WeightFile> files = new ArrayList<>();
        try {
            if (Files.isDirectory(place)) {
                openFolder(place, files);
            } else {
                files.add(SafetensorsFile.open(place));
            }
            return new WeightFiles(place, files);
        } catch (IOException e) {
            files.forEach(WeightFile::close);
            throw e;
        }
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    List<WeightFile> files() {
        return List.copyOf(files);
    }

    /** Finds a table; one that several files hold is refused unless model.safetensors does. */
    Optional<Located> find(Gpt2Table table) throws IOException {
        List<Located> found = new ArrayList<>();
        for (WeightFile file : files) {
            if (table.findIn(file).isPresent()) {
                Located located = new Located(file, table.requireIn(file)).requireNotEmpty();
                if (file.path().endsWith(PREFERRED)) {
                    return Optional.of(located);
                }
                found.add(located);
            }
        }
        if (found.size() > 1) {
            throw new ModelFolderException(
                    place,
                    table.tensorName()
                            + ": expected in one file, found in "
                            + found.get(0).file().path().getFileName()
                            + " and "
                            + found.get(1).file().path().getFileName()
                            + "; remove one of them");
        }
        return found.stream().findFirst();
    }

    Located require(Gpt2Table table) throws IOException {
        Optional<Located> found = find(table);
        if (found.isPresent()) {
            return found.get();
        }
        if (files.size() == 1) {
            return new Located(files.get(0), table.requireIn(files.get(0)));
        }
        throw new ModelFolderException(
                place,
                "expected a tensor "
                        + table.tensorName()
                        + " in one of its "
                        + files.size()
                        + " safetensors files, found none");
    }

    @Override
    public void close() {
        files.forEach(WeightFile::close);
    }

    private static void openFolder(Path folder, List<WeightFile> files) throws IOException {
        Path preferred = folder.resolve(PREFERRED);
        // A link that leads nowhere is no missing file: it is to be told of, not passed over.
        if (Files.exists(preferred, LinkOption.NOFOLLOW_LINKS)) {
            WeightFile file = SafetensorsFile.open(preferred);
            files.add(file);
            if (holdsEveryTable(file)) {
                return;
            }
        }
        for (Path other : SafetensorsFile.inFolder(folder)) {
            if (!other.equals(preferred)) {
                files.add(SafetensorsFile.open(other));
            }
        }
    }

    private static boolean holdsEveryTable(WeightFile file) throws IOException {
        for (Gpt2Table table : Gpt2Table.values()) {
            if (table.findIn(file).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Where a table lies. */
    record Located(WeightFile file, TensorEntry entry) {

        boolean holds(WeightFile otherFile, TensorEntry otherEntry) {
            return file == otherFile && entry.equals(otherEntry);
        }

        Located requireNotEmpty() throws WeightFileException {
            if (entry.elementCount() == 0) {
                throw new WeightFileException(
                        file.path(),
                        entry.name(),
                        "a table of at least one row and one column",
                        entry.shape().toString(),
                        "take the file of a trained model");
            }
            return this;
        }

        /** Refuses a shape other than what {@code rowsKey} and n_embd in config.json say. */
        Located requireShape(long rows, String rowsKey, long width) throws WeightFileException {
            List<Long> expected = List.of(rows, width);
            List<Long> found = entry.shape();
            if (found.equals(expected)) {
                return this;
            }
            List<String> changes = new ArrayList<>();
            if (found.get(0) != rows) {
                changes.add(rowsKey + " to " + found.get(0));
            }
            if (found.get(1) != width) {
                changes.add("n_embd to " + found.get(1));
            }
            throw new WeightFileException(
                    file.path(),
                    entry.name(),
                    expected.toString(),
                    found.toString(),
                    "set " + String.join(" and ", changes) + " in config.json");
        }
    }
}
