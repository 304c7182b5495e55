package io.forestage.model;

import io.forestage.weights.AtomicFile;
import io.forestage.weights.LockFile;
import io.forestage.weights.OwnFiles;
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
 * A folder under a temporary name beside the place it is meant for. It goes with the process; one
 * that a killed process left is removed by the next that works at the same place, which tells it by
 * the lock that nobody holds any more.
 */
final class StagingFolder implements AutoCloseable {

    private static final String LOCK = ".lock";
    private static final String OLD = "-old";
    private static final String RANDOM = "[0-9a-f]{8}";

    /** How often a random name may be taken. */
    private static final int MOST_TRIES = 100;

    private final Path path;
    private final LockFile lock;
    private final Thread cleaner = new Thread(this::deleteQuietly);
    private boolean isGone;

    private StagingFolder(Path path, LockFile lock) {
        this.path = path;
        this.lock = lock;
    }

    static StagingFolder beside(Path place) throws IOException {
        for (int i = 0; i < MOST_TRIES; i++) {
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
        // Made before the hook, which would otherwise find nothing and take the lock file away by
        // which the next import finds a folder that comes after.
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
     * Tidies up after processes that were killed at a place: an old model that had made room for a
     * new one that never came is put back. What other users have left is theirs.
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
            return; // Its owner works on it.
        }
        try (LockFile lock = free.get()) {
            Path old = old(folder);
            if (isThere(old)) {
                if (!isThere(place)) {
                    Files.move(old, place, StandardCopyOption.ATOMIC_MOVE);
                    AtomicFile.forceFolder(place.resolveSibling("."));
                } else if (isThere(folder)) {
                    return; // Another model took the place, and not this new one: both are kept.
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

    /** Where the old model waits while a new one takes its place in two steps. */
    Path old() {
        return old(path);
    }

    /** What puts a folder into its place. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /**
     * Runs a step while the folder stays: a process that is told to end deletes it in another
     * thread, and half of it must not be put into the model's place.
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
                "expected the folder as it was written, found it deleted: the end of the process"
                        + " came first; start again");
    }

    /** Deletes whatever has this name now. */
    @Override
    public void close() {
        deleteQuietly();
        lock.close();
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook runs.
        }
    }

    static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Deletes a folder with all that is in it, and no link's target. */
    static void delete(Path folder) throws IOException {
        if (isThere(folder)) {
            Files.walkFileTree(folder, new Deletion());
        }
    }

    private static boolean isThere(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static String prefix(Path place) {
        return "." + place.getFileName() + "-new-";
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
            // The work itself has ended already, well or with a failure of its own.
        }
    }

    /** Deletes a tree, folders in it that may not be written to as well: a kept one may be such. */
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
