package io.forestage.weights.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A new file under a unique name, locked while it is written. Files of killed processes are not
 * locked; the next process that writes into the same folder deletes them.
 */
final class TemporaryFile implements AutoCloseable {

    static final String PREFIX = ".forestage-";
    static final String SUFFIX = ".tmp";

    private static final int MAX_TRIES = 100;

    private final Path path;
    private final FileChannel channel;

    /** Null if the disk does not support locks; only its writer deletes such a file. */
    private final @Nullable LockFile lock;

    private TemporaryFile(Path path, FileChannel channel, @Nullable LockFile lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    static TemporaryFile in(Path folder) throws IOException {
        deleteAbandoned(folder);
        for (int i = 0; i < MAX_TRIES; i++) {
            Path path = folder.resolve(PREFIX + UUID.randomUUID() + SUFFIX);
            Files.createFile(path);
            try {
                Optional<LockFile> lock = LockFile.takeExisting(path);
                if (lock.isPresent()) {
                    return new TemporaryFile(path, lock.get().channel(), lock.get());
                }
            } catch (NoSuchFileException deleted) {
                // Another process took it for a leftover before it was locked.
            } catch (IOException noLocks) {
                return new TemporaryFile(
                        path, FileChannel.open(path, StandardOpenOption.WRITE), null);
            }
        }
        throw new IOException("could not lock a temporary file in %s".formatted(folder));
    }

    /** Deletes this user's temporary files that no process holds; all other files stay. */
    static void deleteAbandoned(Path folder) {
        try (DirectoryStream<Path> leftovers =
                Files.newDirectoryStream(folder, TemporaryFile::hasTemporaryName)) {
            for (Path file : leftovers) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    deleteIfAbandoned(file);
                }
            }
        } catch (IOException unreadable) {
            // Leftovers stay.
        }
    }

    Path path() {
        return path;
    }

    FileChannel channel() {
        return channel;
    }

    /** Deletes the file if it still has its temporary name. */
    @Override
    public void close() throws IOException {
        try (channel;
                lock) {
            Files.deleteIfExists(path);
        }
    }

    private static boolean hasTemporaryName(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
    }

    private static void deleteIfAbandoned(Path file) {
        try {
            Optional<LockFile> lock = LockFile.takeExisting(file);
            if (lock.isPresent()) {
                lock.get().delete();
            }
        } catch (IOException notOursOrGone) {
            // It is another user's, or its writer has just renamed it.
        }
    }
}
