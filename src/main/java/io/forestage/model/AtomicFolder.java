package io.forestage.model;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.files.AtomicFile;
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
 * Writes a model folder under a temporary name beside its target and moves it there in one step. A
 * failure leaves the target as it was; a killed process leaves the old model or the new one.
 *
 * <p>Where the system or file system cannot exchange two folders, replacing takes two renames. If a
 * process is killed between them, the next one with the same target restores the old model.
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

    /** How folders are renamed. */
    @FunctionalInterface
    interface Moves {

        /** Exchanges two folders; returns false and changes nothing if that is not possible. */
        boolean exchange(Path one, Path other);

        /** Moves a folder to a free name. */
        default void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * Makes the temporary folder. Refuses an existing target without force, and always one that is
     * not a model folder.
     */
    static AtomicFolder prepare(Path target, boolean force) throws IOException {
        return prepare(target, force, FolderExchange::exchange);
    }

    static AtomicFolder prepare(Path target, boolean force, Moves moves) throws IOException {
        Path place = requireReplaceable(target, force);
        Files.createDirectories(place.resolveSibling("."));
        return new AtomicFolder(place, force, StagingFolder.beside(place), moves);
    }

    /** Writes the files. */
    @FunctionalInterface
    interface Content<T> {
        T writeInto(Path folder) throws IOException;
    }

    /** Writes the files; exceptions name the target and not the temporary folder. */
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
     * Moves the folder to its target; files of an old folder that are no part of a model are kept.
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

    /** Deletes the temporary folder or the replaced one. */
    @Override
    public void close() {
        staging.close();
    }

    private void keepOtherFiles() throws IOException {
        for (Path entry : StagingFolder.entries(target)) {
            String name = entry.getFileName().toString();
            if (!ModelWriter.FILES.contains(name)) {
                // An old serving.properties stays, since its arguments are the user's.
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

    /** Renaming onto a non-empty folder fails, so this never replaces a model. */
    private void moveIn(Path folder) throws IOException {
        try {
            moves.move(folder, target);
        } catch (IOException e) {
            if (Files.isDirectory(target) && !StagingFolder.entries(target).isEmpty()) {
                throw new ModelFolderException(
                        target, "another process has put a model there; it is left unchanged", e);
            }
            throw new ModelFolderException(
                    target, "cannot be moved into place: %s".formatted(e), e);
        }
    }

    private void putBack(Path old, IOException failure) throws ModelFolderException {
        try {
            moves.move(old, target);
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw new ModelFolderException(
                    target,
                    "cannot be moved into place, and the old model cannot be moved back: %s; it is in %s, and the next import restores it"
                            .formatted(e, old),
                    failure);
        }
    }

    /** Returns the real path of a target; throws if the target must not be written. */
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

    /** Returns the real path of a link, or the path itself. */
    static Path realPlace(Path target) throws IOException {
        Path place = target.toAbsolutePath().normalize();
        if (!Files.isSymbolicLink(place)) {
            return place;
        }
        if (!Files.exists(place)) {
            throw new ModelFolderException(
                    target, "expected a folder to write, found a broken symbolic link");
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
                            + " config.json; choose another folder");
        }
        if (!force) {
            throw new ModelFolderException(target, "a model is there already; --force replaces it");
        }
    }

    /**
     * Exchanges two folders in one step, so that both names exist at any time. Linux and macOS have
     * a system call for it, which Java does not offer.
     */
    private static final class FolderExchange {

        private static final int CURRENT_FOLDER = -100;
        private static final int LINUX_EXCHANGE = 2;
        private static final int MACOS_SWAP = 2;

        private FolderExchange() {}

        /** Returns false and changes nothing if the exchange is not possible. */
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
                // The C library lacks the call: the caller falls back to two renames.
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

        /** Linux's system call. */
        interface Linux extends Library {
            int renameat2(int fromFolder, String from, int toFolder, String to, int flags);
        }

        /** The call of macOS. */
        interface MacOs extends Library {
            int renamex_np(String from, String to, int flags);
        }
    }

    /** Copies a tree of files by hard links where possible. */
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

        /** Permissions last, as a read-only folder could not be filled. */
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
                // Pipes are linked too: copying one would wait for a writer.
                if (!attributes.isSymbolicLink()) {
                    Files.createLink(place(file), file);
                    return FileVisitResult.CONTINUE;
                }
            } catch (IOException | UnsupportedOperationException noSecondName) {
                // The file system has no hard links: copy.
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
