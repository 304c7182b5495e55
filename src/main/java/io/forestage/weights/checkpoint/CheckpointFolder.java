package io.forestage.weights.checkpoint;

import io.forestage.support.Quoted;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.ShardIndex;
import io.forestage.weights.TableNames;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.tensorflow.TensorFlowCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks for a model's tables in a folder, in each form that it may have, the best one first. */
final class CheckpointFolder {

    /** The file to use if several contain a table. */
    static final String PREFERRED = "model.safetensors";

    private static final String PYTORCH = "pytorch_model.bin";

    private final Path folder;
    private final TableNames names;
    private final Checkpoint.Shards shards;
    private final List<Path> entries;

    CheckpointFolder(Path folder, TableNames names, Checkpoint.Shards shards) throws IOException {
        this.folder = folder;
        this.names = names;
        this.shards = shards;
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
                if (next.containEveryTable(names)) {
                    best.close();
                    return next;
                }
                if (best.files().isEmpty()) {
                    best = next;
                } else {
                    next.close();
                }
            }
            if (best.files().isEmpty()) {
                return lastResort();
            }
            // What lacks wte may be an adapter beside the model; wpe is absent in some models.
            return best.contain(Gpt2Table.WTE, names) ? best : orElse(best);
        } catch (IOException | RuntimeException | Error e) {
            best.close();
            throw e;
        }
    }

    /** Returns what the last resort finds, or, if it finds none, what was found before. */
    private Checkpoint.OpenFiles orElse(Checkpoint.OpenFiles before) {
        try {
            Checkpoint.OpenFiles last = lastResort();
            if (has(false, last)) {
                before.close();
                return last;
            }
        } catch (WeightFileException unusable) {
            // The files found before are reported: they lack a table.
        }
        return before;
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
                () -> Form.of(tensorFlow()),
                () -> Form.of(Form.numpyTables(folder.resolve(PREFERRED))),
                () -> Form.of(onlyOneOf(".npz")),
                () -> Form.of(onlyOneOf(WeightFiles.GGUF_SUFFIX)),
                () -> Form.of(llmcModel()));
    }

    /**
     * Such files may be anything, such as an optimiser's state: only if there is no other file, and
     * of several the only one that contains every table.
     */
    private Checkpoint.OpenFiles lastResort() throws WeightFileException {
        List<Path> files = ending(".pt", ".pth", ".bin", ".ckpt", ".pkl");
        if (files.size() == 1) {
            return Checkpoint.OpenFiles.of(Form.of(files));
        }
        WeightFileException problem = null;
        // A model without positions has only one table.
        for (boolean both : List.of(true, false)) {
            List<Checkpoint.OpenFiles> found = new ArrayList<>();
            for (Path file : files) {
                try {
                    Checkpoint.OpenFiles next = Checkpoint.OpenFiles.of(Form.of(List.of(file)));
                    if (has(both, next)) {
                        found.add(next);
                    }
                } catch (WeightFileException unreadable) {
                    problem = problem == null ? unreadable : problem;
                }
            }
            if (found.size() == 1) {
                return found.get(0);
            }
            found.forEach(Checkpoint.OpenFiles::close);
            if (found.size() > 1) {
                throw several(found);
            }
        }
        if (problem != null) {
            throw problem;
        }
        return Checkpoint.OpenFiles.NONE;
    }

    private WeightFileException several(List<Checkpoint.OpenFiles> found) {
        return new WeightFileException(
                folder,
                null,
                "one file with GPT-2's tables",
                found.stream()
                        .map(each -> String.valueOf(each.files().get(0).path().getFileName()))
                        .map(Quoted::of)
                        .collect(Collectors.joining(" and ")),
                "name the file to use");
    }

    /** Returns whether files contain both tables, or wte; otherwise they are closed. */
    private boolean has(boolean both, Checkpoint.OpenFiles files) throws WeightFileException {
        boolean has = false;
        try {
            has = both ? files.containEveryTable(names) : files.contain(Gpt2Table.WTE, names);
        } finally {
            if (!has) {
                files.close();
            }
        }
        return has;
    }

    /** The only checkpoint, or that which TensorFlow's list of checkpoints names as the last. */
    private List<Path> tensorFlow() throws IOException {
        List<Path> found = ending(TensorFlowCheckpoint.INDEX_SUFFIX);
        if (found.size() < 2) {
            return found;
        }
        return CheckpointList.last(folder.resolve(CheckpointList.NAME))
                .map(List::of)
                .orElse(List.of());
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
        return index.isEmpty()
                ? Form.of(index)
                : Form.ofShards(ShardIndex.read(index.get(0)), names, shards);
    }

    private List<Path> onlyOneOf(String... suffixes) {
        List<Path> found = ending(suffixes);
        return found.size() == 1 ? found : List.of();
    }

    /** Beside llm.c's models lie other {@code .bin} files, such as its tokenizer and test data. */
    private List<Path> llmcModel() throws WeightFileException {
        List<Path> found = new ArrayList<>();
        for (Path file : ending(".bin")) {
            if (Files.isRegularFile(file) && WeightFiles.isLlmcModel(file)) {
                found.add(file);
            }
        }
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
        static Form of(Path file, TableNames tables, Checkpoint.Shards shards)
                throws WeightFileException {
            if (file.toString().endsWith(ShardIndex.SUFFIX)) {
                return ofShards(ShardIndex.read(file), tables, shards);
            }
            Optional<Path> index = CheckpointList.indexOf(file);
            if (index.isPresent()) {
                return of(List.of(index.get()));
            }
            List<Path> arrays = numpyTables(file);
            return arrays.contains(file) ? of(arrays) : of(List.of(file));
        }

        /** Returns the existing files wte.npy and wpe.npy beside a file. */
        static List<Path> numpyTables(Path sibling) {
            return Arrays.stream(Gpt2Table.values())
                    .map(table -> sibling.resolveSibling(table.shortName() + ".npy"))
                    .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }

        /** Returns the shards that contain a table, and all others too if they are wanted. */
        static Form ofShards(ShardIndex index, TableNames tables, Checkpoint.Shards shards)
                throws WeightFileException {
            Set<String> needed = new LinkedHashSet<>(index.shardsWithTables(tables));
            boolean all = shards == Checkpoint.Shards.ALL;
            if (all && !needed.isEmpty()) {
                needed.addAll(index.shards().values());
            }
            List<Path> files = new ArrayList<>();
            for (String name : needed) {
                Path shard = index.file().resolveSibling(name);
                if (!Files.exists(shard)) {
                    throw new WeightFileException(
                            index.file(),
                            null,
                            "the shard %s beside it, which contains %s"
                                    .formatted(
                                            Quoted.of(name),
                                            all ? "a part of the model" : "a table"),
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
                        "check that it is the right model's file, or name the tables with --wte and"
                                + " --wpe");
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
