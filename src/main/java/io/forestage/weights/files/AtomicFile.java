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
 * Writes a file whole or not at all: into a new file in the same folder, which takes the old one's
 * place only once it has reached the disk.
 */
public final class AtomicFile {

    private AtomicFile() {}

    /** What is to be written. */
    @FunctionalInterface
    public interface Content {

        /**
         * Writes all of the content.
         *
         * @param channel takes a whole buffer in each call; closing it is harmless and not needed
         * @throws IOException if the content cannot be had or written
         */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /**
     * Writes a file. A symbolic link is written through, a replaced file's permissions are kept,
     * and what is no regular file, such as a pipe, is written to directly.
     *
     * @param target the file to write or replace
     * @param content writes it; whatever it throws leaves the old file as it was and is passed on
     * @throws WeightFileException if the target cannot be written
     * @throws IOException if the content cannot be had
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
            remedy = "change its folder's permissions, or choose another";
        } else if (failure instanceof ClosedByInterruptException) {
            found = "the thread interrupted";
            remedy = "write it again";
        }
        return new WeightFileException(
                target, null, "a file that can be written", found, remedy, failure);
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
            settle(target, file, temporary.path(), writeback);
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

    /** Moves what was written into its place. */
    private static void settle(Path target, Path file, Path temporary, Writeback written)
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
     * Deletes the temporary files of killed processes from a folder; files that others are writing
     * now stay.
     *
     * @param folder the folder
     */
    public static void deleteLeftovers(Path folder) {
        TemporaryFile.deleteAbandoned(folder);
    }

    /**
     * Forces a folder's names to the disk, where the system can open a folder: only then is a
     * rename durable.
     *
     * @param folder the folder
     */
    public static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notThere) {
            // The file is whole and in its place; only a power cut could still undo the rename.
        }
    }

    /**
     * A file's channel as a writer of content sees it: each call takes the whole buffer, an error
     * names the file, and closing it leaves the file open for what is still to be done.
     */
    private static final class ContentChannel implements WritableByteChannel {

        /** The JDK copies a heap buffer whole into native memory, so it gets it in pieces. */
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
