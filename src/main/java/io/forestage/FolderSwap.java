package io.forestage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model folder in the making: written under a temporary name beside its place, and put there by
 * one rename. Whatever goes wrong before leaves the place as it was.
 */
final class FolderSwap implements AutoCloseable {

    /** What a model folder is made of, and what a new one therefore replaces. */
    private static final Set<String> REPLACED =
            Set.of(
                    ModelConfig.FILE_NAME,
                    ModelImport.WEIGHTS,
                    "tokenizer.json",
                    "vocab.json",
                    "merges.txt");

    private final Path target;
    private final Path folder;

    private FolderSwap(Path target, Path folder) {
        this.target = target;
        this.folder = folder;
    }

    /**
     * Makes the temporary folder; a target that is there is refused without force, and one that is
     * no model folder always.
     */
    static FolderSwap prepare(Path target, boolean force) throws IOException {
        Path place = target.toAbsolutePath().normalize();
        Path parent = place.getParent();
        if (parent == null) {
            throw new ModelFolderException(target, "expected a folder to write, found a root");
        }
        if (Files.exists(place)) {
            requireReplaceable(target, place, force);
        }
        Files.createDirectories(parent);
        return new FolderSwap(
                place, Files.createTempDirectory(parent, "." + place.getFileName() + "-new-"));
    }

    /** Where to write. */
    Path folder() {
        return folder;
    }

    /** Puts the folder into its place. */
    void commit() throws IOException {
        if (!Files.exists(target)) {
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Path old =
                Files.createTempDirectory(target.getParent(), "." + target.getFileName() + "-old-");
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        for (Path kept : entries(old)) {
            if (!REPLACED.contains(kept.getFileName().toString())) {
                Files.move(kept, target.resolve(kept.getFileName()));
            }
        }
        delete(old);
    }

    /** Removes what was not put into place. */
    @Override
    public void close() throws IOException {
        if (Files.exists(folder)) {
            delete(folder);
        }
    }

    private static void requireReplaceable(Path target, Path place, boolean force)
            throws IOException {
        if (!Files.isDirectory(place)) {
            throw new ModelFolderException(target, "expected a folder to write, found a file");
        }
        if (entries(place).isEmpty()) {
            return;
        }
        if (!Files.exists(place.resolve(ModelConfig.FILE_NAME))) {
            throw new ModelFolderException(
                    target,
                    "expected a model folder or a new one, found a folder without config.json;"
                            + " choose another place");
        }
        if (!force) {
            throw new ModelFolderException(target, "a model is there already; --force replaces it");
        }
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
