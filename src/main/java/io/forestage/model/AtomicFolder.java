package io.forestage.model;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import io.forestage.weights.AtomicFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model folder in the making: written under a temporary name beside its place, and put there in
 * one step. Whatever goes wrong before leaves the place as it was, and a process that is killed
 * leaves the old model or the new one.
 *
 * <p>Where the system or the disk cannot exchange two folders, replacing takes two renames; what a
 * process killed between them has moved away is put back by the next that works at the same place.
 */
final class AtomicFolder implements AutoCloseable {

    private final Path target;
    private final boolean force;
    private final StagingFolder staging;
    private final Moves moves;
    private final List<String> kept = new ArrayList<>();

    private AtomicFolder(Path target, boolean force, StagingFolder staging, Moves moves) {
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
    static AtomicFolder prepare(Path target, boolean force) throws IOException {
        return prepare(target, force, FolderExchange::exchange);
    }

    static AtomicFolder prepare(Path target, boolean force, Moves moves) throws IOException {
        Path place = requireReplaceable(target, force);
        Files.createDirectories(place.resolveSibling("."));
        return new AtomicFolder(place, force, StagingFolder.beside(place), moves);
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
        if (!ModelConfig.isModel(target.resolve(ModelConfig.FILE_NAME))) {
            throw new ModelFolderException(
                    target,
                    "expected a model folder or a new one, found a folder without a model's"
                            + " config.json; choose another place");
        }
        if (!force) {
            throw new ModelFolderException(target, "a model is there already; --force replaces it");
        }
    }

    /**
     * Lets two folders change places in one step, so that there is no moment at which either name
     * leads nowhere. Linux and macOS can, each with a call of its own that Java does not offer.
     */
    private static final class FolderExchange {

        private static final int CURRENT_FOLDER = -100;
        private static final int LINUX_EXCHANGE = 2;
        private static final int MACOS_SWAP = 2;

        private FolderExchange() {}

        /** True if the two have changed places; false, and nothing has happened, if they cannot. */
        static boolean exchange(Path one, Path other) {
            try {
                if (Platform.isLinux()) {
                    return library(Linux.class)
                                    .renameat2(
                                            CURRENT_FOLDER,
                                            one.toString(),
                                            CURRENT_FOLDER,
                                            other.toString(),
                                            LINUX_EXCHANGE)
                            == 0;
                }
                if (Platform.isMac()) {
                    return library(MacOs.class)
                                    .renamex_np(one.toString(), other.toString(), MACOS_SWAP)
                            == 0;
                }
            } catch (UnsatisfiedLinkError notThere) {
                // An old C library, or another one: the caller has a slower way.
            }
            return false;
        }

        private static <T extends Library> T library(Class<T> functions) {
            return Native.load(
                    Platform.C_LIBRARY_NAME,
                    functions,
                    Map.of(
                            Library.OPTION_STRING_ENCODING,
                            System.getProperty("sun.jnu.encoding", "UTF-8")));
        }

        /** Linux's own renaming. */
        interface Linux extends Library {
            int renameat2(int fromFolder, String from, int toFolder, String to, int flags);
        }

        /** That of macOS. */
        interface MacOs extends Library {
            int renamex_np(String from, String to, int flags);
        }
    }

    /** Gives a tree of files a second place, without a second copy of them where that can be. */
    private static final class LinkedCopy extends SimpleFileVisitor<Path> {

        private final Path from;
        private final Path to;

        private LinkedCopy(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        static void of(Path from, Path to) throws IOException {
            Files.walkFileTree(from, new LinkedCopy(from, to));
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
            Files.createDirectory(place(folder));
            return FileVisitResult.CONTINUE;
        }

        /** Last, as a folder that may not be written to could not be filled. */
        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                throws IOException {
            PosixFileAttributeView from =
                    Files.getFileAttributeView(folder, PosixFileAttributeView.class);
            PosixFileAttributeView copy =
                    Files.getFileAttributeView(place(folder), PosixFileAttributeView.class);
            if (from != null && copy != null) {
                copy.setPermissions(from.readAttributes().permissions());
            }
            return super.postVisitDirectory(folder, failure);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            try {
                // A pipe too: to copy one is to wait for somebody who writes into it.
                if (!attributes.isSymbolicLink()) {
                    Files.createLink(place(file), file);
                    return FileVisitResult.CONTINUE;
                }
            } catch (IOException | UnsupportedOperationException noSecondName) {
                // A file system without hard links: a copy does as well.
            }
            Files.copy(
                    file,
                    place(file),
                    StandardCopyOption.COPY_ATTRIBUTES,
                    LinkOption.NOFOLLOW_LINKS);
            return FileVisitResult.CONTINUE;
        }

        private Path place(Path entry) {
            return to.resolve(from.relativize(entry));
        }
    }
}
