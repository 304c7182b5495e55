package io.forestage.weights.files;

import io.forestage.support.FailureReason;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lock on a file, held by one piece of work at a time, in this process or any other. The system
 * releases it when the process ends, however it ends. The file is empty, and nothing is written to
 * it.
 */
public final class LockFile implements AutoCloseable {

    /** How often the file may be removed by its last holder just when we come. */
    private static final int MAX_TRIES = 100;

    /**
     * The files that this process holds. They are not opened a second time: on Linux and macOS,
     * closing a file releases all locks that the process has on it.
     */
    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final Object key;
    private final FileChannel channel;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private LockFile(Path file, Object key, FileChannel channel) {
        this.file = file;
        this.key = key;
        this.channel = channel;
    }

    /**
     * Takes a lock and creates its file if absent.
     *
     * @param file the file
     * @return the lock, to be closed; empty if others hold it
     * @throws WeightFileException if the file is a link, no regular file, or another user's
     * @throws IOException if it cannot be made or opened, or the disk has no locks
     */
    public static Optional<LockFile> take(Path file) throws IOException {
        for (int i = 0; i < MAX_TRIES; i++) {
            try {
                Files.createFile(file);
            } catch (FileAlreadyExistsException there) {
                // Somebody's, or left behind.
            }
            try {
                return takeExisting(file);
            } catch (NoSuchFileException removed) {
                // By the one who held it.
            }
        }
        return Optional.empty();
    }

    /**
     * Takes a lock whose file exists.
     *
     * @param file the file
     * @return the lock, to be closed; empty if others hold it
     * @throws WeightFileException if the file is a link, no regular file, or another user's
     * @throws NoSuchFileException if it is not there
     * @throws IOException if it cannot be opened, or the disk has no locks
     */
    public static Optional<LockFile> takeExisting(Path file) throws IOException {
        // Checked before opening: opening a pipe waits for its other end.
        Object key = OwnFiles.requireFile(file);
        if (!HELD.add(key)) {
            return Optional.empty();
        }
        LockFile lock = null;
        try {
            lock =
                    new LockFile(
                            file,
                            key,
                            FileChannel.open(
                                    file,
                                    StandardOpenOption.READ,
                                    StandardOpenOption.WRITE,
                                    LinkOption.NOFOLLOW_LINKS));
            if (!isHeld(lock.channel)) {
                lock.close();
                return Optional.empty();
            }
            if (!OwnFiles.requireFile(file).equals(key)) {
                throw new NoSuchFileException(file.toString());
            }
            return Optional.of(lock);
        } catch (IOException | RuntimeException e) {
            if (lock == null) {
                HELD.remove(key);
            } else {
                lock.close();
            }
            throw e;
        }
    }

    /**
     * Removes the file and releases the lock.
     *
     * @throws IOException if it cannot be removed
     */
    public void delete() throws IOException {
        try (this) {
            Files.deleteIfExists(file);
        }
    }

    /** Releases the lock; the file stays. */
    @Override
    public void close() {
        if (isClosed.getAndSet(true)) {
            return; // The file's number may by now be another's.
        }
        try {
            channel.close();
        } catch (IOException unimportant) {
            // Nothing was written through it.
        } finally {
            HELD.remove(key);
        }
    }

    /** The file, open for writing. */
    FileChannel channel() {
        return channel;
    }

    private static boolean isHeld(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        } catch (IOException unsupported) {
            throw new IOException("no lock: " + FailureReason.of(unsupported), unsupported);
        }
    }
}
