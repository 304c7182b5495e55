package io.forestage.weights.checkpoint;

import io.forestage.weights.ShardIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The forms in which a folder may hold a model's tables, the best one first. */
final class CheckpointFolder {

    /** The name that wins where several files hold a table. */
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

    /** The first form that holds every table; without one, the first there is; or nothing. */
    OpenFiles open() throws IOException {
        OpenFiles best = OpenFiles.NONE;
        try {
            for (FormFinder finder : finders()) {
                OpenFiles next = OpenFiles.of(finder.find());
                if (next.holdEveryTable()) {
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
        return best.files().isEmpty() ? OpenFiles.of(lastResort()) : best;
    }

    /** Looks for a form only when those before it were not enough. */
    @FunctionalInterface
    private interface FormFinder {
        CheckpointForm find() throws IOException;
    }

    private List<FormFinder> finders() {
        return List.of(
                () -> CheckpointForm.of(named(PREFERRED)),
                () -> CheckpointForm.of(safetensors()),
                () -> shards(PREFERRED + ShardIndex.SUFFIX),
                () -> CheckpointForm.of(named(PYTORCH)),
                () -> shards(PYTORCH + ShardIndex.SUFFIX),
                () -> CheckpointForm.of(onlyOneOf(".index")),
                () -> CheckpointForm.of(CheckpointForm.numpyTables(folder.resolve(PREFERRED))),
                () -> CheckpointForm.of(onlyOneOf(".npz")));
    }

    /** Such files may be anything, training's own notes too, so nothing else may be there. */
    private CheckpointForm lastResort() {
        return CheckpointForm.of(onlyOneOf(".pt", ".pth", ".bin"));
    }

    /** A link that leads nowhere is no missing file: it is to be told of, not passed over. */
    private List<Path> named(String name) {
        Path file = folder.resolve(name);
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? List.of(file) : List.of();
    }

    /** Shards have an index; without one they all may hold a table. */
    private List<Path> safetensors() {
        boolean sharded = !named(PREFERRED + ShardIndex.SUFFIX).isEmpty();
        return sharded && named(PREFERRED).isEmpty() ? List.of() : ending(".safetensors");
    }

    private CheckpointForm shards(String indexName) throws IOException {
        List<Path> index = named(indexName);
        return index.isEmpty()
                ? CheckpointForm.of(index)
                : CheckpointForm.ofShards(ShardIndex.read(index.get(0)));
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
}
