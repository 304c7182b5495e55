package io.forestage.weights.files;

import io.forestage.support.FailureReason;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;

/**
 * Writes a file whole or not at all: writes a new file in the same folder, forces it to the disk,
 * and then renames it over the old one.
 */
public final class AtomicFile {

    private AtomicFile() {}

    /** Writes a file's content. */
    @FunctionalInterface
    public interface Content {

        /**
         * Writes all of the content.
         *
         * @param channel consumes a whole buffer in each call; it need not be closed
         * @throws IOException if the content cannot be read or written
         */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /**
     * Writes a file. A symbolic link is followed, a replaced file's permissions are kept, and
     * anything but a regular file, such as a pipe, is written to directly.
     *
     * @param target the file to write or replace
     * @param content writes the content; if it throws, the old file stays unchanged
     * @throws WeightFileException if the target cannot be written
     * @throws IOException if the content cannot be read
     */
    public static void write(Path target, Content content) throws IOException {
        WriteTarget place = WriteTarget.of(target);
        if (place.isReplaced()) {
            replace(target, place.file(), content);
        } else {
            writeDirectly(target, place.file(), content);
        }
    }

    static WeightFileException unwritable(Path target, IOException failure) {
        String found = FailureReason.of(failure);
        String remedy = "check the disk and its space";
        if (failure instanceof AccessDeniedException) {
            found = "no permission to write here";
            remedy = "change the folder's permissions, or choose another folder";
        } else if (failure instanceof ClosedByInterruptException) {
            found = "the thread interrupted";
            remedy = "write it again";
        }
        return new WeightFileException(target, null, "a writable file", found, remedy, failure);
    }

    private static void writeDirectly(Path target, Path file, Content content) throws IOException {
        try (FileChannel channel = open(target, file, StandardOpenOption.TRUNCATE_EXISTING)) {
            content.writeTo(new ContentChannel(target, channel));
        }
    }

    private static void replace(Path target, Path file, Content content) throws IOException {
        Path folder = WriteTarget.folderOf(file);
        try (TemporaryFile temporary = temporaryIn(target, folder);
                Writeback writeback = new Writeback(temporary.channel())) {
            content.writeTo(new ContentChannel(target, writeback));
            moveIntoPlace(target, file, temporary.path(), writeback);
        }
        forceFolder(folder);
    }

    private static TemporaryFile temporaryIn(Path target, Path folder) throws WeightFileException {
        try {
            return TemporaryFile.in(folder);
        } catch (IOException failure) {
            throw unwritable(target, failure);
        }
    }

    private static FileChannel open(Path target, Path file, StandardOpenOption how)
            throws WeightFileException {
        try {
            return FileChannel.open(file, StandardOpenOption.WRITE, how);
        } catch (IOException failure) {
            throw unwritable(target, failure);
        }
    }

    /** Forces the temporary file to the disk and renames it over the target. */
    private static void moveIntoPlace(Path target, Path file, Path temporary, Writeback written)
            throws WeightFileException {
        try {
            keepPermissions(file, temporary);
            written.finish();
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw unwritable(target, failure);
        }
    }

    private static void keepPermissions(Path from, Path to) throws IOException {
        PosixFileAttributeView old = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        if (old != null && Files.exists(from)) {
            Files.setPosixFilePermissions(to, old.readAttributes().permissions());
        }
    }

    /**
     * Deletes a folder's temporary files of killed processes. Files that another process is writing
     * stay.
     *
     * @param folder the folder
     */
    public static void deleteLeftovers(Path folder) {
        TemporaryFile.deleteAbandoned(folder);
    }

    /**
     * Forces a folder's entries to the disk, where the system can open a folder, so that a rename
     * is durable.
     *
     * @param folder the folder
     */
    public static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            // The file is whole and in its place. Only a power failure could still undo the rename.
        }
    }

    /**
     * The channel that a writer of content receives: each call consumes the whole buffer, an error
     * names the file, and closing it does not close the file.
     */
    private static final class ContentChannel implements WritableByteChannel {

        /** The JDK copies a heap buffer into native memory, so it gets small pieces. */
        private static final int CHUNK = 1 << 18;

        private final Path path;
        private final WritableByteChannel file;
        private boolean open = true;

        ContentChannel(Path path, WritableByteChannel file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (!open) {
                throw new ClosedChannelException();
            }
            int count = bytes.remaining();
            int limit = bytes.limit();
            try {
                while (bytes.position() < limit) {
                    bytes.limit(Math.min(limit, bytes.position() + CHUNK));
                    writeSome(bytes);
                }
            } finally {
                bytes.limit(limit);
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }

        private void writeSome(ByteBuffer bytes) throws WeightFileException {
            try {
                file.write(bytes);
            } catch (IOException failure) {
                throw AtomicFile.unwritable(path, failure);
            }
        }
    }
}
