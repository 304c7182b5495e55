package io.forestage.hub;

import io.forestage.weights.WeightFileException;
import io.forestage.weights.files.AtomicFile;
import io.forestage.weights.files.LockFile;
import io.forestage.weights.files.OwnFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a download writes to: the model's files in one subfolder, the journal and the
 * lock in another.
 */
final class DownloadFolder implements AutoCloseable {

    private final Path folder;
    private final Path state;
    private final Path model;
    private final LockFile lock;
    private @Nullable Journal journal;

    private DownloadFolder(Path folder, Path state, Path model, LockFile lock) {
        this.folder = folder;
        this.state = state;
        this.model = model;
        this.lock = lock;
    }

    static DownloadFolder open(Path folder) throws HubException {
        Path state = folder.resolve(".forestage-download");
        Path model = folder.resolve("model");
        try {
            requireStaging(folder, state);
            OwnFiles.makeFolder(folder);
            OwnFiles.makeFolder(state);
            OwnFiles.makeFolder(model);
            LockFile lock = LockFile.take(state.resolve("lock")).orElseThrow(() -> inUse(folder));
            try {
                requireOwnFiles(state);
                requireOwnFiles(model);
                AtomicFile.deleteLeftovers(state);
                AtomicFile.deleteLeftovers(model);
            } catch (IOException failure) {
                lock.close();
                throw failure;
            }
            return new DownloadFolder(folder, state, model, lock);
        } catch (HubException refused) {
            throw refused;
        } catch (WeightFileException planted) {
            throw HubException.of(planted);
        } catch (IOException failure) {
            throw HubException.unwritable(folder, failure);
        }
    }

    Path model() {
        return model;
    }

    /** Keeps the files of this commit and deletes all others; deletes all if it is unknown. */
    void begin(HubModel requested, @Nullable String commit) throws IOException {
        Optional<Journal> found =
                commit == null ? Optional.empty() : Journal.read(journalFile(), requested, commit);
        if (found.isEmpty()) {
            Files.deleteIfExists(journalFile());
            deleteFilesIn(model);
        }
        journal = found.orElse(commit == null ? null : Journal.empty(requested, commit));
    }

    Optional<Journal.Entry> entry(String name) throws IOException {
        Journal.Entry entry = journal == null ? null : journal.files().get(name);
        Path file = model.resolve(name);
        boolean isThere =
                entry != null
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && Files.size(file) == entry.file().size();
        return isThere ? Optional.ofNullable(entry) : Optional.empty();
    }

    /**
     * Records what is on the disk. Without an ETag a later run could not compare the file: skip.
     */
    void remember(String name, Journal.Entry entry) throws IOException {
        if (journal != null && entry.file().etag() != null) {
            journal.files().put(name, entry);
            journal.write(journalFile());
        }
    }

    void forget(String name) throws IOException {
        if (journal != null && journal.files().remove(name) != null) {
            journal.write(journalFile());
        }
        Files.deleteIfExists(model.resolve(name));
    }

    void write(String name, byte[] content) throws IOException {
        AtomicFile.write(model.resolve(name), channel -> channel.write(ByteBuffer.wrap(content)));
    }

    void requireSpace(long bytes, URI requested) throws IOException {
        long free = Files.getFileStore(model).getUsableSpace();
        if (bytes > free) {
            throw HubException.of(
                    requested,
                    "%d bytes of free disk space in %s".formatted(bytes, folder),
                    "%d bytes free".formatted(free),
                    "free some space or choose a folder on another disk");
        }
    }

    /** Deletes the download's files, and the folder unless it holds other files. */
    void delete() throws IOException {
        deleteFilesIn(model);
        deleteAll();
    }

    private void deleteAll() throws IOException {
        Files.deleteIfExists(model);
        deleteFilesIn(state);
        lock.close();
        Files.deleteIfExists(state);
        if (isEmpty(folder)) {
            Files.delete(folder);
        }
    }

    /** Releases the lock, and deletes the folder if nothing was fetched into it. */
    @Override
    public void close() {
        try {
            if (Files.isDirectory(model) && isEmpty(model)) {
                deleteAll();
            }
        } catch (IOException unimportant) {
            // An empty folder stays.
        } finally {
            lock.close();
        }
    }

    private Path journalFile() {
        return state.resolve("journal.json");
    }

    /** Refuses a folder with other files: a download must never delete a user's model. */
    private static void requireStaging(Path folder, Path state) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && !Files.isDirectory(state, LinkOption.NOFOLLOW_LINKS)
                && !isEmpty(folder)) {
            throw HubException.of(
                    folder.toString(),
                    "an empty folder, or one from an earlier download",
                    "other files",
                    "choose another folder",
                    null);
        }
    }

    /** Refuses links, through which a file elsewhere would be read or overwritten. */
    private static void requireOwnFiles(Path folder) throws IOException {
        for (Path file : entries(folder)) {
            OwnFiles.requireFileOrNone(file);
        }
    }

    private static HubException inUse(Path folder) {
        return HubException.of(
                folder.toString(),
                "a folder that no other download uses",
                "another download running in it",
                "wait for it or stop it",
                null);
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void deleteFilesIn(Path folder) throws IOException {
        for (Path file : entries(folder)) {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.delete(file);
            }
        }
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }
}
