package io.forestage.hub;

import io.forestage.support.FailureReason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file with holes, which take no room on most disks. */
final class SparseFile implements AutoCloseable {

    private final Path path;
    private @Nullable FileChannel channel;

    SparseFile(Path path) {
        this.path = path;
    }

    static HubException unwritable(Path path, IOException failure) {
        if (failure instanceof ClosedByInterruptException) {
            return HubException.interrupted(path.toString(), failure);
        }
        return HubException.of(
                path.toString(),
                "a file that can be written",
                FailureReason.of(failure),
                "check the disk, its space and its permissions, and start the download again",
                failure);
    }

    Path path() {
        return path;
    }

    /** Makes the file anew, of nothing but a hole. */
    void create(long size) throws HubException {
        try {
            Files.deleteIfExists(path);
            FileChannel.open(
                            path,
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.SPARSE)
                    .close();
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(size);
            }
        } catch (IOException failure) {
            throw unwritable(path, failure);
        }
    }

    void write(long position, ByteBuffer bytes) throws HubException {
        try {
            long next = position;
            while (bytes.hasRemaining()) {
                next += opened().write(bytes, next);
            }
        } catch (IOException failure) {
            throw unwritable(path, failure);
        }
    }

    /** Waits until everything written is on the disk. */
    void force() throws HubException {
        try {
            opened().force(true);
        } catch (IOException failure) {
            throw unwritable(path, failure);
        }
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException unimportant) {
            // What was not forced to the disk before does not count as written.
        }
    }

    private FileChannel opened() throws IOException {
        FileChannel open =
                channel == null
                        ? FileChannel.open(
                                path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
                        : channel;
        channel = open;
        return open;
    }
}
