package io.forestage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * A model folder in the making: written under a temporary name beside its place, and put there by
 * rename. Whatever goes wrong before leaves the place as it was; the temporary folder goes with the
 * process, unless that is killed outright.
 *
 * <p>Replacing takes two renames: the old folder out of the way, the new one in. Should the process
 * be killed between them, the old model is whole under the name {@code .NAME-old-…} beside its
 * place.
 */
final class FolderSwap implements AutoCloseable {

    private final Path target;
    private final Path folder;
    private final boolean force;
    private final Thread cleaner = new Thread(this::deleteQuietly);

    private FolderSwap(Path target, Path folder, boolean force) {
        this.target = target;
        this.folder = folder;
        this.force = force;
    }

    /**
     * Makes the temporary folder; a target that is there is refused without force, and one that is
     * no model folder always.
     */
    static FolderSwap prepare(Path target, boolean force) throws IOException {
        Path place = realPlace(target);
        Path parent = place.getParent();
        if (parent == null) {
            throw new ModelFolderException(target, "expected a folder to write, found a root");
        }
        if (Files.exists(place)) {
            requireReplaceable(place, force);
        }
        Files.createDirectories(parent);
        FolderSwap swap = new FolderSwap(place, beside(place, "new"), force);
        Files.createDirectory(swap.folder);
        Runtime.getRuntime().addShutdownHook(swap.cleaner);
        return swap;
    }

    /** Where to write. */
    Path folder() {
        return folder;
    }

    /** Puts the folder into its place; what is no part of a model is kept from an old one. */
    void commit() throws IOException {
        if (!force || !Files.exists(target)) {
            moveIn();
            return;
        }
        Path old = beside(target, "old");
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            moveIn();
        } catch (IOException e) {
            putBack(old, e);
            throw e;
        }
        for (Path kept : entries(old)) {
            if (!ModelImport.MODEL_FILES.contains(kept.getFileName().toString())) {
                Files.move(kept, target.resolve(kept.getFileName()));
            }
        }
        delete(old);
    }

    /** Removes what was not put into place. */
    @Override
    public void close() {
        deleteQuietly();
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook runs.
        }
    }

    /** Renaming onto a folder that is not empty fails, so nothing is ever replaced here. */
    private void moveIn() throws IOException {
        try {
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (Files.isDirectory(target) && !entries(target).isEmpty()) {
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

    private static Path beside(Path place, String purpose) {
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        return place.resolveSibling("." + place.getFileName() + "-" + purpose + "-" + random);
    }

    private static void requireReplaceable(Path target, boolean force) throws IOException {
        if (!Files.isDirectory(target)) {
            throw new ModelFolderException(target, "expected a folder to write, found a file");
        }
        if (entries(target).isEmpty()) {
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

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void deleteQuietly() {
        try {
            delete(folder);
        } catch (IOException e) {
            // The import itself has ended already, well or with a failure of its own.
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
