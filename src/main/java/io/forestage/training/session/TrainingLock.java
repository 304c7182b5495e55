package io.forestage.training.session;

import io.forestage.weights.files.LockFile;
import io.forestage.weights.files.OwnFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps a second training of the same model away from the checkpoints of the first. The system lets
 * go of the lock when the process ends, however it ends.
 */
final class TrainingLock implements AutoCloseable {

    private static final String FILE_NAME = "training.lock";

    /** How often the folder may be removed by another training's end just when we come. */
    private static final int MAX_TRIES = 100;

    private final Path folder;
    private final LockFile lock;

    private TrainingLock(Path folder, LockFile lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** Takes a folder of checkpoints, which is made if it is not there. */
    static TrainingLock take(Path folder) throws IOException {
        return new TrainingLock(
                folder,
                lock(folder)
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                folder
                                                        + ": expected no other training of this"
                                                        + " model, found one that runs; wait for"
                                                        + " its end, or choose another model"
                                                        + " folder")));
    }

    private static Optional<LockFile> lock(Path folder) throws IOException {
        for (int i = 0; i < MAX_TRIES; i++) {
            OwnFiles.makeFolder(folder);
            try {
                return LockFile.take(folder.resolve(FILE_NAME));
            } catch (NoSuchFileException removed) {
                // With the folder, by a training that has just ended.
            }
        }
        return Optional.empty();
    }

    /** Removes a lock that nobody holds, and its folder if nothing is kept there. */
    static void removeLeft(Path folder) {
        try {
            OwnFiles.requireFolder(folder);
            LockFile.takeExisting(folder.resolve(FILE_NAME))
                    .ifPresent(lock -> new TrainingLock(folder, lock).close());
        } catch (IOException noneOfOurs) {
            // Nothing of a training's, or not to be touched.
        }
    }

    /** Lets go of the folder, and removes it if nothing is kept there. */
    @Override
    public void close() {
        try {
            lock.delete();
            Files.deleteIfExists(folder);
        } catch (IOException kept) {
            // A checkpoint or somebody's own files lie there, or it cannot be removed: a lock file
            // that nobody holds is in nobody's way.
        }
    }
}
