package io.forestage.model;

import io.forestage.weights.AtomicFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A model folder in the making: written under a temporary name beside its place, and put there in
 * one step. Whatever goes wrong before leaves the place as it was, and a process that is killed
 * leaves the old model or the new one.
 *
 * <p>Where the system cannot exchange two folders (neither Linux nor macOS), replacing takes two
 * renames; a process killed between them leaves the old model whole under the temporary name.
 */
final class FolderSwap implements AutoCloseable {

    private final Path target;
    private final boolean force;
    private final StagingFolder staging;
    private final List<String> kept = new ArrayList<>();

    private FolderSwap(Path target, boolean force, StagingFolder staging) {
        this.target = target;
        this.force = force;
        this.staging = staging;
    }

    /**
     * Makes the temporary folder; a target that is there is refused without force, and one that is
     * no model folder always.
     */
    static FolderSwap prepare(Path target, boolean force) throws IOException {
        Path place = requireReplaceable(target, force);
        Files.createDirectories(place.resolveSibling("."));
        return new FolderSwap(place, force, StagingFolder.beside(place));
    }

    /** What writes the files. */
    @FunctionalInterface
    interface Content<T> {
        T writeInto(Path folder) throws IOException;
    }

    /** Has the files written; what goes wrong is told of the place that they are meant for. */
    <T> T write(Content<T> content) throws IOException {
        Path folder = staging.path();
        try {
            return content.writeInto(folder);
        } catch (WeightFileException e) {
            throw e.file().startsWith(folder)
                    ? e.of(target.resolve(folder.relativize(e.file())))
                    : e;
        }
    }

    /**
     * Puts the folder into its place; what is no part of a model is kept from an old one.
     *
     * @return the names of the files that were kept although new ones were written
     */
    List<String> commit() throws IOException {
        staging.putInPlace(this::putInPlace);
        return List.copyOf(kept);
    }

    private void putInPlace() throws IOException {
        boolean replaces = force && Files.exists(target);
        if (replaces) {
            keepOtherFiles();
        }
        AtomicFile.forceFolder(staging.path());
        if (!replaces) {
            moveIn(staging.path());
        } else if (!FolderExchange.exchange(staging.path(), target)) {
            replaceInTwoSteps();
        }
        AtomicFile.forceFolder(target.resolveSibling("."));
    }

    /** Removes what was not put into place, or what was replaced. */
    @Override
    public void close() {
        staging.close();
    }

    private void keepOtherFiles() throws IOException {
        for (Path entry : StagingFolder.entries(target)) {
            String name = entry.getFileName().toString();
            if (!SlimFolder.FILES.contains(name)) {
                // Of serving.properties the old one stays: its arguments are the user's.
                if (Files.deleteIfExists(staging.path().resolve(name))) {
                    kept.add(name);
                }
                LinkedCopy.of(entry, staging.path().resolve(name));
            }
        }
    }

    private void replaceInTwoSteps() throws IOException {
        Path old = staging.path().resolveSibling(staging.path().getFileName() + "-old");
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            moveIn(staging.path());
        } catch (IOException e) {
            putBack(old, e);
            throw e;
        }
        StagingFolder.delete(old);
    }

    /** Renaming onto a folder that is not empty fails, so nothing is ever replaced here. */
    private void moveIn(Path folder) throws IOException {
        try {
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (Files.isDirectory(target) && !StagingFolder.entries(target).isEmpty()) {
                throw new ModelFolderException(
                        target, "a model was put there meanwhile; it is left as it is", e);
            }
            throw new ModelFolderException(target, "cannot be put into place: " + e, e);
        }
    }

    private void putBack(Path old, IOException failure) {
        try {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            failure.addSuppressed(new IOException("the old model is now in " + old, e));
        }
    }

    /** Where the folder is to be, if it may be there. */
    static Path requireReplaceable(Path target, boolean force) throws IOException {
        Path place = realPlace(target);
        if (place.getParent() == null) {
            throw new ModelFolderException(target, "expected a folder to write, found a root");
        }
        if (Files.exists(place)) {
            requireModel(place, force);
        }
        return place;
    }

    private static Path realPlace(Path target) throws IOException {
        Path place = target.toAbsolutePath().normalize();
        if (!Files.isSymbolicLink(place)) {
            return place;
        }
        if (!Files.exists(place)) {
            throw new ModelFolderException(
                    target, "expected a folder to write, found a link that leads nowhere");
        }
        return place.toRealPath();
    }

    private static void requireModel(Path target, boolean force) throws IOException {
        if (!Files.isDirectory(target)) {
            throw new ModelFolderException(target, "expected a folder to write, found a file");
        }
        List<Path> entries = StagingFolder.entries(target);
        if (entries.isEmpty()) {
            return;
        }
        if (!ModelConfigReader.isModel(target.resolve(ModelConfig.FILE_NAME))) {
            throw new ModelFolderException(
                    target,
                    "expected a model folder or a new one, found a folder without a model's"
                            + " config.json; choose another place");
        }
        if (!force) {
            throw new ModelFolderException(target, "a model is there already; --force replaces it");
        }
    }
}
