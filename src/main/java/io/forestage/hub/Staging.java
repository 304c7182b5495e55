package io.forestage.hub;

import io.forestage.weights.AtomicFile;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a download grows in: the model's files in a folder of their own, and beside it
 * the journal and the lock.
 */
final class Staging implements AutoCloseable {

    private final Path folder;
    private final Path own;
    private final Path model;
    private final StagingLock lock;
    private @Nullable Journal journal;

    private Staging(Path folder, Path own, Path model, StagingLock lock) {
        this.folder = folder;
        this.own = own;
        this.model = model;
        this.lock = lock;
    }

    static Staging open(Path folder) throws HubException {
        Path own = folder.resolve(".forestage-download");
        Path model = folder.resolve("model");
        try {
            requireOurs(folder, own);
            Files.createDirectories(own);
            Files.createDirectories(model);
        } catch (HubException clear) {
            throw clear;
        } catch (IOException failure) {
            throw SparseFile.unwritable(folder, failure);
        }
        return new Staging(folder, own, model, StagingLock.take(folder, own.resolve("lock")));
    }

    Path model() {
        return model;
    }

    /** Keeps what belongs to that commit, and nothing if the commit is not known. */
    void begin(HubModel of, @Nullable String commit) throws IOException {
        Optional<Journal> found =
                commit == null ? Optional.empty() : Journal.read(journalFile(), of, commit);
        if (found.isEmpty()) {
            Files.deleteIfExists(journalFile());
            deleteFilesIn(model);
        }
        journal = found.orElse(commit == null ? null : Journal.empty(of, commit));
    }

    Optional<JournalEntry> entry(String name) throws IOException {
        JournalEntry entry = journal == null ? null : journal.files().get(name);
        Path file = model.resolve(name);
        boolean isThere =
                entry != null
                        && Files.isRegularFile(file)
                        && Files.size(file) == entry.file().size();
        return isThere ? Optional.ofNullable(entry) : Optional.empty();
    }

    /** Notes what is on the disk; without an ETag nobody could tell later whether it still fits. */
    void remember(String name, JournalEntry entry) throws IOException {
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

    void requireSpace(long bytes, URI asked) throws IOException {
        long free = Files.getFileStore(model).getUsableSpace();
        if (bytes > free) {
            throw HubException.of(
                    asked,
                    "room for %d bytes in %s".formatted(bytes, folder),
                    "%d free there".formatted(free),
                    "free some, or choose a folder on another disk");
        }
    }

    /** Removes what the download has made, and the folder unless something else is in it. */
    void delete() throws IOException {
        deleteFilesIn(model);
        deleteAll();
    }

    private void deleteAll() throws IOException {
        Files.deleteIfExists(model);
        lock.close();
        deleteFilesIn(own);
        Files.deleteIfExists(own);
        if (isEmpty(folder)) {
            Files.delete(folder);
        }
    }

    /** Gives the folder free, and takes it along if nothing was fetched into it. */
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
        return own.resolve("journal.json");
    }

    /** Files are deleted here, which must not be somebody's own model. */
    private static void requireOurs(Path folder, Path own) throws IOException {
        if (Files.isDirectory(folder) && !Files.isDirectory(own) && !isEmpty(folder)) {
            throw HubException.of(
                    folder.toString(),
                    "an empty folder, or one that a download has left",
                    "other files in it",
                    "name another folder",
                    null);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void deleteFilesIn(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
