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
 * <p>Where the system or the disk cannot exchange two folders, replacing takes two renames; what a
 * process killed between them has moved away is put back by the next that works at the same place.
 */
final class FolderSwap implements AutoCloseable {

    private final Path target;
    private final boolean force;
    private final StagingFolder staging;
    private final Moves moves;
    private final List<String> kept = new ArrayList<>();

    private FolderSwap(Path target, boolean force, StagingFolder staging, Moves moves) {
        this.target = target;
        this.force = force;
        this.staging = staging;
        this.moves = moves;
    }

    /** How folders get other names. */
    @FunctionalInterface
    interface Moves {

        /** Lets two folders change places; false, and nothing has happened, if they cannot. */
        boolean exchange(Path one, Path other);

        /** Moves a folder to a name that is free. */
        default void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * Makes the temporary folder; a target that is there is refused without force, and one that is
     * no model folder always.
     */
    static FolderSwap prepare(Path target, boolean force) throws IOException {
        return prepare(target, force, FolderExchange::exchange);
    }

    static FolderSwap prepare(Path target, boolean force, Moves moves) throws IOException {
        Path place = requireReplaceable(target, force);
        Files.createDirectories(place.resolveSibling("."));
        return new FolderSwap(place, force, StagingFolder.beside(place), moves);
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
        } else if (!moves.exchange(staging.path(), target)) {
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
        Path old = staging.old();
        moves.move(target, old);
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
            moves.move(folder, target);
        } catch (IOException e) {
            if (Files.isDirectory(target) && !StagingFolder.entries(target).isEmpty()) {
                throw new ModelFolderException(
                        target, "a model was put there meanwhile; it is left as it is", e);
            }
            throw new ModelFolderException(target, "cannot be put into place: " + e, e);
        }
    }

    private void putBack(Path old, IOException failure) throws ModelFolderException {
        try {
            moves.move(old, target);
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw new ModelFolderException(
                    target,
                    "cannot be put into place, and the old model not put back: "
                            + e
                            + "; it lies in "
                            + old
                            + ", and the next import puts it back",
                    failure);
        }
    }

    /** Where the folder is to be, if it may be there. */
    static Path requireReplaceable(Path target, boolean force) throws IOException {
        Path place = realPlace(target);
        if (place.getParent() == null) {
            throw new ModelFolderException(target, "expected a folder to write, found a root");
        }
        StagingFolder.recover(place);
        if (Files.exists(place)) {
            requireModel(place, force);
        }
        return place;
    }

    /** Where a path leads, if it is a link. */
    static Path realPlace(Path target) throws IOException {
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
