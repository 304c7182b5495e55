package io.forestage.weights.checkpoint;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TableNames;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The open weight files of one model.
 *
 * <p>In a folder, the first of these that contains both of GPT-2's tables is used:
 *
 * <ol>
 *   <li>{@code model.safetensors}; if it lacks a table, all {@code *.safetensors}
 *   <li>{@code model.safetensors.index.json} with the shards that contain the tables
 *   <li>{@code pytorch_model.bin}
 *   <li>{@code pytorch_model.bin.index.json} with its shards
 *   <li>the {@code *.index} of a TensorFlow checkpoint, the only one or that which the file {@code
 *       checkpoint} names
 *   <li>{@code wte.npy} with {@code wpe.npy}, or the only {@code *.npz}
 *   <li>the only {@code *.gguf}
 *   <li>the only {@code *.bin} that is a model of llm.c
 *   <li>the only {@code *.pt}, {@code *.pth}, {@code *.bin}, {@code *.ckpt} or {@code *.pkl}, or
 *       the only one of them with both tables, or with wte for a model without positions
 * </ol>
 */
public final class Checkpoint implements AutoCloseable {

    private final Path place;
    private final TableNames names;
    private final OpenFiles files;

    private Checkpoint(Path place, TableNames names, OpenFiles files) {
        this.place = place;
        this.names = names;
        this.files = files;
    }

    /**
     * Opens the weights of a folder, which may have none, or of a file: a weight file of any
     * format, or an index of shards.
     *
     * @param place the folder or file
     * @return the open weights; the caller closes them
     * @throws IOException if a file cannot be read or is invalid
     */
    public static Checkpoint open(Path place) throws IOException {
        return open(place, TableNames.known());
    }

    /**
     * Opens the weights of a folder or file whose tables have given names.
     *
     * @param place the folder or file
     * @param names the names of the tables
     * @return the open weights; the caller closes them
     * @throws IOException if a file cannot be read or is invalid
     */
    public static Checkpoint open(Path place, TableNames names) throws IOException {
        return open(place, names, Shards.WITH_TABLES);
    }

    /**
     * Opens all weights of a folder or file: of several shards every one, not only those that
     * contain a table.
     *
     * @param place the folder or file
     * @param names the names of the tables
     * @return the open weights; the caller closes them
     * @throws IOException if a file cannot be read or is invalid
     */
    public static Checkpoint openWhole(Path place, TableNames names) throws IOException {
        return open(place, names, Shards.ALL);
    }

    private static Checkpoint open(Path place, TableNames names, Shards shards) throws IOException {
        return new Checkpoint(
                place,
                names,
                Files.isDirectory(place)
                        ? new CheckpointFolder(place, names, shards).open()
                        : OpenFiles.of(CheckpointFolder.Form.of(place, names, shards)));
    }

    /** Which shards of a model are opened. */
    enum Shards {
        WITH_TABLES,
        ALL
    }

    /** Returns whether there is no weight file. */
    public boolean isEmpty() {
        return files.files().isEmpty();
    }

    /** Returns the open files in the order of the search, unmodifiable. */
    public List<WeightFile> files() {
        return files.files();
    }

    /** Returns the names of tensors in shards that were not opened, as they contain no table. */
    public List<String> unopened() {
        return files.unopened();
    }

    /**
     * Looks for a table.
     *
     * @param table the table
     * @return where it lies, or empty if no file contains it
     * @throws WeightFileException if several files other than model.safetensors contain it, or if
     *     its shape or type is not a table's
     */
    public Optional<LocatedTensor> find(Gpt2Table table) throws WeightFileException {
        List<LocatedTensor> found = new ArrayList<>();
        for (WeightFile file : files()) {
            if (names.find(table, file).isPresent()) {
                LocatedTensor located =
                        new LocatedTensor(file, names.require(table, file)).requireNotEmpty();
                if (file.path().endsWith(CheckpointFolder.PREFERRED)) {
                    return Optional.of(located);
                }
                found.add(located);
            }
        }
        if (found.size() > 1) {
            throw new WeightFileException(
                    place,
                    table.tensorName(),
                    "one file that contains it",
                    "%s and %s"
                            .formatted(
                                    found.get(0).file().path().getFileName(),
                                    found.get(1).file().path().getFileName()),
                    "name the file to use");
        }
        return found.stream().findFirst();
    }

    /**
     * Returns a table that must exist.
     *
     * @param table the table
     * @return where it lies
     * @throws WeightFileException if no file contains it, or as in {@link #find}
     */
    public LocatedTensor require(Gpt2Table table) throws WeightFileException {
        Optional<LocatedTensor> found = find(table);
        if (found.isPresent()) {
            return found.get();
        }
        if (files().size() == 1) {
            return new LocatedTensor(files().get(0), names.require(table, files().get(0)));
        }
        throw new WeightFileException(
                place,
                table.tensorName(),
                "the table in one of its %d weight files".formatted(files().size()),
                "none",
                "check that it is the right model's folder");
    }

    /**
     * Lists the tensors of the open files, except some.
     *
     * @param used the tensors to leave out
     * @return the other tensors
     */
    public List<TensorEntry> allBut(List<LocatedTensor> used) {
        List<TensorEntry> others = new ArrayList<>();
        for (WeightFile file : files()) {
            for (TensorEntry entry : file.tensors()) {
                if (!used.contains(new LocatedTensor(file, entry))) {
                    others.add(entry);
                }
            }
        }
        return others;
    }

    /** Closes all files. */
    @Override
    public void close() {
        files.close();
    }

    /**
     * The open files of one form.
     *
     * @param unopened the names of tensors in files that were not opened
     */
    record OpenFiles(List<WeightFile> files, List<String> unopened) implements AutoCloseable {

        static final OpenFiles NONE = new OpenFiles(List.of(), List.of());

        static OpenFiles of(CheckpointFolder.Form form) throws WeightFileException {
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

        boolean containEveryTable(TableNames names) throws WeightFileException {
            for (Gpt2Table table : Gpt2Table.values()) {
                if (!contain(table, names)) {
                    return false;
                }
            }
            return true;
        }

        boolean contain(Gpt2Table table, TableNames names) throws WeightFileException {
            for (WeightFile file : files) {
                if (names.find(table, file).isPresent()) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void close() {
            files.forEach(WeightFile::close);
        }
    }
}
