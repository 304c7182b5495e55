package io.forestage.training;

import io.forestage.support.FailureReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Keeps a second training of the same model away from the checkpoints of the first. The system lets
 * go of the lock when the process ends, however it ends.
 */
final class TrainingLock implements AutoCloseable {

    private static final String FILE_NAME = "training.lock";

    private final Path folder;
    private final FileChannel channel;

    private TrainingLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Takes a folder of checkpoints, which is made if it is not there. */
    static TrainingLock take(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(FILE_NAME);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isHeld(channel) || !isStillThere(file, channel)) {
                throw new IOException(
                        folder
                                + ": expected no other training of this model, found one that runs;"
                                + " wait for its end, or choose another model folder");
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new TrainingLock(folder, channel);
    }

    /** Lets go of the folder, and removes it if nothing is kept there. */
    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(folder.resolve(FILE_NAME));
            Files.deleteIfExists(folder);
        } catch (IOException kept) {
            // A checkpoint or somebody's own files lie there, or it cannot be removed: a lock file
            // that nobody holds is in nobody's way.
        }
    }

    private static boolean isHeld(FileChannel channel) throws IOException {
        try {
            // Beyond the content, which Windows would keep from being read.
            return channel.tryLock(Long.MAX_VALUE - 1, 1, false) != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    /**
     * A training that ends removes its file: one that is opened just before is no lock any more.
     */
    private static boolean isStillThere(Path file, FileChannel channel) throws IOException {
        String mine = UUID.randomUUID().toString();
        try {
            channel.truncate(0).write(ByteBuffer.wrap(mine.getBytes(StandardCharsets.UTF_8)));
            return Files.readString(file).equals(mine);
        } catch (NoSuchFileException removed) {
            return false;
        } catch (IOException e) {
            throw new IOException(
                    "%s: expected a file that can be written, found %s; check the disk and its space"
                            .formatted(file, FailureReason.of(e)),
                    e);
        }
    }
}
