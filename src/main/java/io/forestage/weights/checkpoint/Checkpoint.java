package io.forestage.weights.checkpoint;

import io.forestage.weights.Gpt2Table;
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
 * The weight files of one model, open for as long as tables are read from them.
 *
 * <p>Of a folder, the first of these that holds both of GPT-2's tables is taken:
 *
 * <ol>
 *   <li>{@code model.safetensors}, and where it lacks one, all {@code *.safetensors}
 *   <li>{@code model.safetensors.index.json} with the shards that hold the tables
 *   <li>{@code pytorch_model.bin}
 *   <li>{@code pytorch_model.bin.index.json} with its shards
 *   <li>the one {@code *.index} of a TensorFlow checkpoint
 *   <li>{@code wte.npy} with {@code wpe.npy}, or the one {@code *.npz}
 *   <li>the one {@code *.pt}, {@code *.pth} or {@code *.bin}
 * </ol>
 */
public final class Checkpoint implements AutoCloseable {

    private final Path place;
    private final OpenFiles files;

    private Checkpoint(Path place, OpenFiles files) {
        this.place = place;
        this.files = files;
    }

    /**
     * Opens the weights of a folder, which may have none, or those of a file: a weight file of any
     * format, or the index of shards.
     *
     * @param place the folder or file
     * @return the open weights, to be closed
     * @throws IOException if a file is not in order
     */
    public static Checkpoint open(Path place) throws IOException {
        return new Checkpoint(
                place,
                Files.isDirectory(place)
                        ? new CheckpointFolder(place).open()
                        : OpenFiles.of(CheckpointFolder.Form.of(place)));
    }

    /**
     * Returns whether there is no weight file at all.
     *
     * @return true if there is no weight file
     */
    public boolean isEmpty() {
        return files.files().isEmpty();
    }

    /**
     * Returns the open files.
     *
     * @return the files in the order they were looked for, unmodifiable
     */
    public List<WeightFile> files() {
        return files.files();
    }

    /**
     * Returns what lies in shards that were left closed, as they hold no table.
     *
     * @return the names of their tensors, unmodifiable
     */
    public List<String> unopened() {
        return files.unopened();
    }

    /**
     * Looks for a table.
     *
     * @param table which one
     * @return where it lies, or empty if no file holds it
     * @throws WeightFileException if several files hold it and none of them is model.safetensors,
     *     or if it is no table
     */
    public Optional<LocatedTensor> find(Gpt2Table table) throws WeightFileException {
        List<LocatedTensor> found = new ArrayList<>();
        for (WeightFile file : files()) {
            if (table.findIn(file).isPresent()) {
                LocatedTensor located =
                        new LocatedTensor(file, table.requireIn(file)).requireNotEmpty();
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
                    "one file that holds it",
                    "%s and %s"
                            .formatted(
                                    found.get(0).file().path().getFileName(),
                                    found.get(1).file().path().getFileName()),
                    "remove one of them");
        }
        return found.stream().findFirst();
    }

    /**
     * Looks for a table that must be there.
     *
     * @param table which one
     * @return where it lies
     * @throws WeightFileException if no file holds it, or as {@link #find} does
     */
    public LocatedTensor require(Gpt2Table table) throws WeightFileException {
        Optional<LocatedTensor> found = find(table);
        if (found.isPresent()) {
            return found.get();
        }
        if (files().size() == 1) {
            return new LocatedTensor(files().get(0), table.requireIn(files().get(0)));
        }
        throw new WeightFileException(
                place,
                table.tensorName(),
                "the table in one of its %d weight files".formatted(files().size()),
                "none",
                "check that it is the right model's folder");
    }

    /**
     * Lists every tensor of the open files but some.
     *
     * @param used the tensors to leave out
     * @return the others
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
     * The files of one form, open.
     *
     * @param unopened the names of tensors in files that were left closed
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
}
