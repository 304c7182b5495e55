package io.forestage.hub;

import io.forestage.support.FailureReason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps two downloads out of one folder, be they in one process or in two. */
final class StagingLock implements AutoCloseable {

    private final FileChannel channel;

    private StagingLock(FileChannel channel) {
        this.channel = channel;
    }

    static StagingLock take(Path folder, Path file) throws HubException {
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isTaken(channel)) {
                return new StagingLock(channel);
            }
            channel.close();
        } catch (IOException failure) {
            throw SparseFile.unwritable(file, failure);
        }
        throw HubException.of(
                folder.toString(),
                "a folder for this download alone",
                "another download at work in it",
                "wait for that one, or stop it",
                null);
    }

    /** The lock goes with its channel. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException unimportant) {
            // Nothing was written through it.
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException ownProcess) {
            return false;
        } catch (IOException unsupported) {
            channel.close();
            throw new IOException("no lock: " + FailureReason.of(unsupported), unsupported);
        }
    }
}
