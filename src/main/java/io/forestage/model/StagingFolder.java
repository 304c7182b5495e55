package io.forestage.model;

import io.forestage.weights.files.AtomicFile;
import io.forestage.weights.files.LockFile;
import io.forestage.weights.files.OwnFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder under a temporary name beside its target. It is deleted when the process ends. A folder
 * left by a killed process is removed by the next process with the same target, which finds its
 * lock free.
 */
final class StagingFolder implements AutoCloseable {

    private static final String LOCK = ".lock";
    private static final String OLD = "-old";
    private static final String RANDOM = "[0-9a-f]{8}";

    /** How many random names are tried. */
    private static final int MAX_TRIES = 100;

    private final Path path;
    private final LockFile lock;
    private final Thread cleaner = new Thread(this::deleteQuietly);
    private boolean isGone;

    private StagingFolder(Path path, LockFile lock) {
        this.path = path;
        this.lock = lock;
    }

    static StagingFolder beside(Path place) throws IOException {
        for (int i = 0; i < MAX_TRIES; i++) {
            String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
            Path path = place.resolveSibling(prefix(place) + random);
            Optional<LockFile> lock = LockFile.take(lockFile(path));
            if (lock.isPresent()) {
                return made(new StagingFolder(path, lock.get()));
            }
        }
        throw new ModelFolderException(
                place, "expected a free name for a temporary folder beside it, found none");
    }

    private static StagingFolder made(StagingFolder folder) throws IOException {
        // Made before the hook: the hook of a missing folder would delete the lock file, by which
        // the next import finds a folder that is made later.
        Files.createDirectory(folder.path);
        try {
            Runtime.getRuntime().addShutdownHook(folder.cleaner);
        } catch (IllegalStateException e) {
            folder.close();
            throw folder.deleted();
        }
        return folder;
    }

    /**
     * Cleans up after killed processes with this target: an old model that was moved away for a new
     * one is restored. Files of other users are left.
     */
    static void recover(Path place) throws IOException {
        Path parent = place.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            return;
        }
        Pattern ours =
                Pattern.compile(
                        "(%s%s)(%s|%s)"
                                .formatted(
                                        Pattern.quote(prefix(place)),
                                        RANDOM,
                                        Pattern.quote(LOCK),
                                        OLD));
        Set<Path> left = new TreeSet<>();
        for (Path entry : entries(parent)) {
            var name = ours.matcher(entry.getFileName().toString());
            if (name.matches() && OwnFiles.isOurs(entry)) {
                left.add(parent.resolve(name.group(1)));
            }
        }
        for (Path folder : left) {
            recover(place, folder);
        }
    }

    private static void recover(Path place, Path folder) throws IOException {
        Optional<LockFile> free = LockFile.take(lockFile(folder));
        if (free.isEmpty()) {
            return; // in use
        }
        try (LockFile lock = free.get()) {
            Path old = old(folder);
            if (isThere(old)) {
                if (!isThere(place)) {
                    Files.move(old, place, StandardCopyOption.ATOMIC_MOVE);
                    AtomicFile.forceFolder(place.resolveSibling("."));
                } else if (isThere(folder)) {
                    return; // another model is in place, not this one: keep both
                }
            }
            delete(old);
            delete(folder);
            lock.delete();
        }
    }

    Path path() {
        return path;
    }

    /** The old model's name between the two renames. */
    Path old() {
        return old(path);
    }

    /** Moves a folder into place. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /**
     * Runs a step while the folder is not deleted: on shutdown another thread deletes it, and a
     * partial folder must not be moved into place.
     */
    synchronized void putInPlace(Step step) throws IOException {
        if (isGone) {
            throw deleted();
        }
        step.run();
    }

    private ModelFolderException deleted() {
        return new ModelFolderException(
                path,
                "expected the folder as it was written, found it deleted, as the process is ending;"
                        + " start again");
    }

    /** Deletes the folder of this name. */
    @Override
    public void close() {
        deleteQuietly();
        lock.close();
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook is running.
        }
    }

    static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Deletes a folder and its content; links are not followed. */
    static void delete(Path folder) throws IOException {
        if (isThere(folder)) {
            Files.walkFileTree(folder, new Deletion());
        }
    }

    private static boolean isThere(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static String prefix(Path place) {
        return ".%s-new-".formatted(place.getFileName());
    }

    private static Path lockFile(Path folder) {
        return folder.resolveSibling(folder.getFileName() + LOCK);
    }

    private static Path old(Path folder) {
        return folder.resolveSibling(folder.getFileName() + OLD);
    }

    private synchronized void deleteQuietly() {
        isGone = true;
        try {
            delete(path);
            if (!isThere(old())) {
                Files.deleteIfExists(lockFile(path));
            }
        } catch (IOException e) {
            // The work has already succeeded or failed; that result counts.
        }
    }

    /** Deletes a tree, including read-only folders: a kept folder may be read-only. */
    private static final class Deletion extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
            if (!Files.isWritable(folder)
                    && OwnFiles.isOurs(folder)
                    && !folder.toFile().setWritable(true)) {
                throw new ModelFolderException(
                        folder, "cannot be emptied; change its permissions and delete it");
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
