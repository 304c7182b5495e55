package io.forestage.training.session;

import io.forestage.weights.files.LockFile;
import io.forestage.weights.files.OwnFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Lets one training at a time use a model's checkpoints. The operating system releases the lock
 * when the process ends, even if it is killed.
 */
final class TrainingLock implements AutoCloseable {

    private static final String FILE_NAME = "training.lock";

    /** Another training that ends may delete the folder before we lock it; then we try again. */
    private static final int MAX_TRIES = 100;

    private final Path folder;
    private final LockFile lock;

    private TrainingLock(Path folder, LockFile lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Locks a folder of checkpoints; creates it if it is missing.
     *
     * @throws IOException if another training has the lock
     */
    static TrainingLock take(Path folder) throws IOException {
        return new TrainingLock(
                folder,
                lock(folder)
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "%s: expected no other training of this model, found one that is running; wait until it ends or choose another model folder"
                                                        .formatted(folder))));
    }

    private static Optional<LockFile> lock(Path folder) throws IOException {
        for (int i = 0; i < MAX_TRIES; i++) {
            OwnFiles.makeFolder(folder);
            try {
                return LockFile.take(folder.resolve(FILE_NAME));
            } catch (NoSuchFileException removed) {
                // A training that has just ended deleted the folder.
            }
        }
        return Optional.empty();
    }

    /** Deletes a lock file that no process holds, and its folder if it is empty then. */
    static void deleteUnused(Path folder) {
        try {
            OwnFiles.requireFolder(folder);
            LockFile.takeExisting(folder.resolve(FILE_NAME))
                    .ifPresent(lock -> new TrainingLock(folder, lock).close());
        } catch (IOException notOurs) {
            // There is no folder of a training, or it is not ours to change.
        }
    }

    /** Releases the lock, and deletes the folder if it is empty then. */
    @Override
    public void close() {
        try {
            lock.delete();
            Files.deleteIfExists(folder);
        } catch (IOException kept) {
            // The folder has a checkpoint or a user's files, or cannot be deleted. A lock file that
            // no process holds does no harm.
        }
    }
}
