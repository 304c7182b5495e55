package io.forestage.weights.checkpoint;

import io.forestage.support.Quoted;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.ShardIndex;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Looks for a model's tables in a folder, in each form that it may have, the best one first. */
final class CheckpointFolder {

    /** The file to use if several contain a table. */
    static final String PREFERRED = "model.safetensors";

    private static final String PYTORCH = "pytorch_model.bin";

    private final Path folder;
    private final List<Path> entries;

    CheckpointFolder(Path folder) throws IOException {
        this.folder = folder;
        try (Stream<Path> listed = Files.list(folder)) {
            entries = listed.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Opens the first form that contains every table; if there is none, the first that exists. */
    Checkpoint.OpenFiles open() throws IOException {
        Checkpoint.OpenFiles best = Checkpoint.OpenFiles.NONE;
        try {
            for (FormFinder finder : finders()) {
                Checkpoint.OpenFiles next = Checkpoint.OpenFiles.of(finder.find());
                if (next.containEveryTable()) {
                    best.close();
                    return next;
                }
                if (best.files().isEmpty()) {
                    best = next;
                } else {
                    next.close();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            best.close();
            throw e;
        }
        return best.files().isEmpty() ? Checkpoint.OpenFiles.of(lastResort()) : best;
    }

    /** Looks for a form; called only if the forms before it lack a table. */
    @FunctionalInterface
    private interface FormFinder {
        Form find() throws IOException;
    }

    private List<FormFinder> finders() {
        return List.of(
                () -> Form.of(named(PREFERRED)),
                () -> Form.of(safetensors()),
                () -> shards(PREFERRED + ShardIndex.SUFFIX),
                () -> Form.of(named(PYTORCH)),
                () -> shards(PYTORCH + ShardIndex.SUFFIX),
                () -> Form.of(onlyOneOf(".index")),
                () -> Form.of(Form.numpyTables(folder.resolve(PREFERRED))),
                () -> Form.of(onlyOneOf(".npz")));
    }

    /** Such files may be anything, such as an optimiser's state: only if there is no other file. */
    private Form lastResort() {
        return Form.of(onlyOneOf(".pt", ".pth", ".bin"));
    }

    /** A broken link counts as a file, so that it is reported and not skipped. */
    private List<Path> named(String name) {
        Path file = folder.resolve(name);
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? List.of(file) : List.of();
    }

    /** Shards have an index; without one, every file may contain a table. */
    private List<Path> safetensors() {
        boolean sharded = !named(PREFERRED + ShardIndex.SUFFIX).isEmpty();
        return sharded && named(PREFERRED).isEmpty() ? List.of() : ending(".safetensors");
    }

    private Form shards(String indexName) throws IOException {
        List<Path> index = named(indexName);
        return index.isEmpty() ? Form.of(index) : Form.ofShards(ShardIndex.read(index.get(0)));
    }

    private List<Path> onlyOneOf(String... suffixes) {
        List<Path> found = ending(suffixes);
        return found.size() == 1 ? found : List.of();
    }

    private List<Path> ending(String... suffixes) {
        return entries.stream()
                .filter(entry -> Stream.of(suffixes).anyMatch(entry.toString()::endsWith))
                .toList();
    }

    /**
     * One form in which a folder or file may contain a model's tables.
     *
     * @param files the files to open
     * @param unopened the names of tensors in files that need not be opened
     */
    record Form(List<Path> files, List<String> unopened) {

        static Form of(List<Path> files) {
            return new Form(List.copyOf(files), List.of());
        }

        /** Returns the form to which a single file belongs. */
        static Form of(Path file) throws WeightFileException {
            if (file.toString().endsWith(ShardIndex.SUFFIX)) {
                return ofShards(ShardIndex.read(file));
            }
            List<Path> tables = numpyTables(file);
            return tables.contains(file) ? of(tables) : of(List.of(file));
        }

        /** Returns the existing files wte.npy and wpe.npy beside a file. */
        static List<Path> numpyTables(Path sibling) {
            return Arrays.stream(Gpt2Table.values())
                    .map(table -> sibling.resolveSibling(table.shortName() + ".npy"))
                    .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }

        /** Returns the shards that contain a table. */
        static Form ofShards(ShardIndex index) throws WeightFileException {
            Set<String> needed = index.shardsWithTables();
            List<Path> files = new ArrayList<>();
            for (String name : needed) {
                Path shard = index.file().resolveSibling(name);
                if (!Files.exists(shard)) {
                    throw new WeightFileException(
                            index.file(),
                            null,
                            "the shard %s beside it, which contains a table"
                                    .formatted(Quoted.of(name)),
                            "no such file",
                            "fetch it too");
                }
                files.add(shard);
            }
            if (files.isEmpty()) {
                throw new WeightFileException(
                        index.file(),
                        Gpt2Table.WTE.tensorName(),
                        "the table in weight_map",
                        "%d tensors, none of that name".formatted(index.shards().size()),
                        "check that it is the right model's file");
            }
            List<String> unopened =
                    index.shards().entrySet().stream()
                            .filter(tensor -> !needed.contains(tensor.getValue()))
                            .map(Map.Entry::getKey)
                            .toList();
            return new Form(files, unopened);
        }
    }
}
