package io.forestage.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * A folder under a temporary name beside the place it is meant for. It goes with the process; one
 * that a killed process left is removed by the next that works at the same place, which tells it by
 * the lock that nobody holds any more.
 */
final class StagingFolder implements AutoCloseable {

    private static final String LOCK = ".lock";

    private final Path path;
    private final Path lockFile;
    private final FileChannel lock;
    private final Thread cleaner = new Thread(this::deleteQuietly);
    private boolean isGone;

    private StagingFolder(Path path, Path lockFile, FileChannel lock) {
        this.path = path;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    static StagingFolder beside(Path place) throws IOException {
        removeAbandoned(place);
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Path path = place.resolveSibling(prefix(place) + random);
        Path lockFile = lockFile(path);
        FileChannel lock =
                FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock.lock();
        StagingFolder folder = new StagingFolder(path, lockFile, lock);
        // Made before the hook, which would otherwise find nothing and take the lock file away by
        // which the next import finds a folder that comes after.
        Files.createDirectory(path);
        try {
            Runtime.getRuntime().addShutdownHook(folder.cleaner);
        } catch (IllegalStateException e) {
            folder.close();
            throw folder.deleted();
        }
        return folder;
    }

    Path path() {
        return path;
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
        try {
            lock.close();
        } catch (IOException unimportant) {
            // Nothing was written through it.
        }
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

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                deleteOne(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Nothing can be deleted out of a folder that may not be written to, unless it is our own. */
    private static void deleteOne(Path path) throws IOException {
        try {
            Files.deleteIfExists(path);
        } catch (AccessDeniedException e) {
            if (!path.resolveSibling(".").toFile().setWritable(true)) {
                throw e;
            }
            Files.deleteIfExists(path);
        }
    }

    private static String prefix(Path place) {
        return "." + place.getFileName() + "-new-";
    }

    private static Path lockFile(Path folder) {
        return folder.resolveSibling(folder.getFileName() + LOCK);
    }

    private static void removeAbandoned(Path place) throws IOException {
        Path parent = place.getParent();
        for (Path entry : parent == null ? List.<Path>of() : entries(parent)) {
            String name = entry.getFileName().toString();
            if (name.startsWith(prefix(place)) && name.endsWith(LOCK)) {
                removeIfAbandoned(
                        entry.resolveSibling(name.substring(0, name.length() - LOCK.length())));
            }
        }
    }

    private static void removeIfAbandoned(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(lockFile(folder), StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            if (held != null) {
                delete(folder);
                Files.deleteIfExists(lockFile(folder));
            }
        } catch (NoSuchFileException | OverlappingFileLockException inUseOrGone) {
            // Its owner works on it, or has just tidied up.
        }
    }

    private synchronized void deleteQuietly() {
        isGone = true;
        try {
            delete(path);
            Files.deleteIfExists(lockFile);
        } catch (IOException e) {
            // The work itself has ended already, well or with a failure of its own.
        }
    }
}
