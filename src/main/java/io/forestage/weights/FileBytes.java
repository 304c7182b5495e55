package io.forestage.weights;

import io.forestage.support.FailureReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * An open file that is read by position. It is never mapped: if the file is truncated later, a
 * mapping crashes the JVM, while a read only returns fewer bytes.
 */
public final class FileBytes implements ByteSource {

    /** The remedy for most problems with a file. */
    public static final String DAMAGED = "the file is damaged; fetch or write it again";

    private final Path path;
    private final Stamp stamp;
    private final FileChannel channel;

    private FileBytes(Path path, Stamp stamp, FileChannel channel) {
        this.path = path;
        this.stamp = stamp;
        this.channel = channel;
    }

    /**
     * Opens a file.
     *
     * @param path the file; a symbolic link is followed
     * @return the open file
     * @throws WeightFileException if there is no such file, if it is not readable, or if it is not
     *     a regular file
     */
    public static FileBytes open(Path path) throws WeightFileException {
        Stamp stamp = Stamp.of(path);
        try {
            return new FileBytes(path, stamp, FileChannel.open(path, StandardOpenOption.READ));
        } catch (IOException failure) {
            throw Stamp.unreadable(path, failure);
        }
    }

    /** Returns the path as it was given to {@link #open}. */
    public Path path() {
        return path;
    }

    /** Returns the check for changes of the file while its bytes are mapped. */
    MappedFile mapped() {
        return new MappedFile(path, stamp);
    }

    @Override
    public long size() {
        return stamp.size();
    }

    @Override
    public void read(@Nullable String tensor, long position, ByteBuffer into)
            throws WeightFileException {
        long next = position;
        while (into.hasRemaining()) {
            int count = readSome(tensor, next, into);
            if (count < 0) {
                throw problem(
                        tensor,
                        "a file of %d bytes".formatted(size()),
                        "its end before byte %d".formatted(next),
                        "it was truncated during reading; load it again");
            }
            next += count;
        }
    }

    @Override
    public void requireUnchanged() throws WeightFileException {
        Stamp now;
        try {
            now = Stamp.of(path);
        } catch (WeightFileException gone) {
            throw replaced("no readable file", gone);
        }
        if (!now.equals(stamp)) {
            throw replaced(
                    "another file of %d bytes, modified %s".formatted(now.size(), now.modified()),
                    null);
        }
    }

    @Override
    public WeightFileException problem(
            @Nullable String tensor, String expected, String found, String remedy) {
        return new WeightFileException(path, tensor, expected, found, remedy);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException unimportant) {
            // Nothing was written through this channel, so nothing can be lost.
        }
    }

    private int readSome(@Nullable String tensor, long position, ByteBuffer into)
            throws WeightFileException {
        try {
            return channel.read(into, position);
        } catch (ClosedByInterruptException interrupted) {
            throw failed(tensor, "the thread interrupted", "open it again", interrupted);
        } catch (ClosedChannelException closed) {
            throw failed(
                    tensor,
                    "a closed file (by close(), or because a reading thread was interrupted)",
                    "open it again",
                    closed);
        } catch (IOException failure) {
            throw failed(tensor, FailureReason.of(failure), "check the disk", failure);
        }
    }

    private WeightFileException failed(
            @Nullable String tensor, String found, String remedy, IOException cause) {
        return new WeightFileException(path, tensor, "a complete read", found, remedy, cause);
    }

    private WeightFileException replaced(String found, @Nullable WeightFileException cause) {
        return new WeightFileException(
                path,
                null,
                "the file that was opened, of %d bytes, modified %s"
                        .formatted(stamp.size(), stamp.modified()),
                found,
                "it was replaced during reading; load it again",
                cause);
    }

    /** Identifies a file, so that its replacement under the same path is detected. */
    record Stamp(@Nullable Object fileKey, long size, FileTime modified) {

        private static final String EXPECTED = "a weight file";
        private static final String READABLE = "a readable weight file";

        /**
         * Reads the stamp of a regular file. Refuses everything else: to open a pipe may block
         * forever.
         */
        static Stamp of(Path path) throws WeightFileException {
            BasicFileAttributes attributes;
            try {
                attributes = Files.readAttributes(path, BasicFileAttributes.class);
            } catch (IOException failure) {
                throw unreadable(path, failure);
            }
            if (attributes.isDirectory()) {
                throw new WeightFileException(
                        path, null, EXPECTED, "a folder", "name the file inside it");
            }
            if (!attributes.isRegularFile()) {
                throw new WeightFileException(
                        path,
                        null,
                        EXPECTED,
                        "a device or pipe",
                        "copy its content to a file first");
            }
            return new Stamp(
                    attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
        }

        static WeightFileException unreadable(Path path, IOException failure) {
            if (failure instanceof NoSuchFileException) {
                return new WeightFileException(
                        path, null, EXPECTED, "no such file", "check the path", failure);
            }
            if (failure instanceof AccessDeniedException) {
                return new WeightFileException(
                        path,
                        null,
                        READABLE,
                        "no permission to read it",
                        "change its permissions",
                        failure);
            }
            return new WeightFileException(
                    path,
                    null,
                    READABLE,
                    FailureReason.of(failure),
                    "check the path and the disk",
                    failure);
        }
    }
}
