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
 * An exclusive lock on a file, within this process and between processes. The system releases it
 * when the process ends, however it ends. The lock writes nothing to the file.
 */
public final class LockFile implements AutoCloseable {

    /** How often the last holder may delete the file just before it is locked here. */
    private static final int MAX_TRIES = 100;

    /**
     * The keys of the files that this process has locked. They are not opened a second time: on
     * Linux and macOS, closing a file releases all locks of the process on it.
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
     * Takes a lock and creates its file if it does not exist.
     *
     * @param file the file
     * @return the lock, which the caller closes; empty if it is held elsewhere
     * @throws WeightFileException if the file is a link, not a regular file, or another user's
     * @throws IOException if it cannot be created or opened, or if the disk does not support locks
     */
    public static Optional<LockFile> take(Path file) throws IOException {
        for (int i = 0; i < MAX_TRIES; i++) {
            try {
                Files.createFile(file);
            } catch (FileAlreadyExistsException exists) {
                // In use, or left behind.
            }
            try {
                return takeExisting(file);
            } catch (NoSuchFileException removed) {
                // By its last holder.
            }
        }
        return Optional.empty();
    }

    /**
     * Takes a lock whose file exists.
     *
     * @param file the file
     * @return the lock, which the caller closes; empty if it is held elsewhere
     * @throws WeightFileException if the file is a link, not a regular file, or another user's
     * @throws NoSuchFileException if it does not exist
     * @throws IOException if it cannot be opened, or if the disk does not support locks
     */
    public static Optional<LockFile> takeExisting(Path file) throws IOException {
        // Checked before opening: to open a pipe blocks until its other end is open.
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
     * Deletes the file and releases the lock.
     *
     * @throws IOException if it cannot be deleted
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
            return; // The key may by now belong to another file.
        }
        try {
            channel.close();
        } catch (IOException unimportant) {
            // Nothing was written through this channel.
        } finally {
            HELD.remove(key);
        }
    }

    /** Returns the file's channel, open for reading and writing. */
    FileChannel channel() {
        return channel;
    }

    private static boolean isHeld(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        } catch (IOException unsupported) {
            throw new IOException(
                    "the disk does not support file locks: " + FailureReason.of(unsupported),
                    unsupported);
        }
    }
}
