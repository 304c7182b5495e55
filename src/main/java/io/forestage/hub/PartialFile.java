package io.forestage.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file at its full size: some byte ranges are fetched, the others are holes. What the journal
 * lists has been forced to the disk.
 */
final class PartialFile implements AutoCloseable {

    /** At most so many bytes are lost in a crash. */
    private static final long CHECKPOINT = 1 << 24;

    private final DownloadFolder staging;
    private final String name;
    private final SparseFile bytes;
    private final ByteRanges done;
    private @Nullable RemoteFile remote;
    private long unsaved;

    private PartialFile(
            DownloadFolder staging, String name, @Nullable RemoteFile remote, ByteRanges done) {
        this.staging = staging;
        this.name = name;
        this.bytes = new SparseFile(staging.model().resolve(name));
        this.remote = remote;
        this.done = done;
    }

    static PartialFile open(DownloadFolder staging, String name) throws IOException {
        Optional<Journal.Entry> entry = staging.entry(name);
        return new PartialFile(
                staging,
                name,
                entry.map(Journal.Entry::file).orElse(null),
                entry.map(each -> ByteRanges.of(each.done())).orElseGet(ByteRanges::new));
    }

    String name() {
        return name;
    }

    Path path() {
        return bytes.path();
    }

    boolean isBegun() {
        return remote != null;
    }

    boolean isWhole() {
        return remote != null && done.bytes() == remote.size();
    }

    long doneBytes() {
        return done.bytes();
    }

    /** Returns how many bytes of a range, cut at the file's end, are not fetched yet. */
    long missing(ByteRange wanted) {
        ByteRanges all = ByteRanges.of(done.toList());
        all.add(clipped(wanted));
        return all.bytes() - done.bytes();
    }

    /** Returns the first part of a range that is not fetched yet. */
    Optional<ByteRange> firstGap(ByteRange wanted) {
        return done.firstGap(clipped(wanted));
    }

    /** Requires that the server's file is still the one that was begun; creates it if none was. */
    void requireSame(RemoteFile found, HubResponse response)
            throws FileChangedException, HubException {
        if (remote == null) {
            bytes.create(found.size());
            remote = found;
        } else if (!remote.isSameAs(found)) {
            throw response.changed(remote.toString(), found.toString());
        }
    }

    void write(long position, ByteBuffer from) throws IOException {
        ByteRange written = ByteRange.ofLength(position, from.remaining());
        bytes.write(position, from);
        done.add(written);
        unsaved += written.length();
        if (unsaved >= CHECKPOINT) {
            save();
        }
    }

    /** Forces everything to the disk and then records it in the journal. */
    void save() throws IOException {
        if (unsaved > 0 && remote != null) {
            bytes.force();
            staging.remember(name, new Journal.Entry(remote, done.toList()));
            unsaved = 0;
        }
    }

    /** Returns whether the whole file has the hash in its ETag; true if the ETag is no hash. */
    boolean matchesHash() throws IOException {
        RemoteFile.Etag etag = remote == null ? null : remote.etag();
        if (etag == null || !etag.isContentHash()) {
            return true;
        }
        try (InputStream content = Files.newInputStream(path())) {
            return etag.matches(content, Files.size(path()));
        }
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            save();
        } catch (IOException unimportant) {
            // What is not in the journal is fetched again. Callers that depend on it call save().
        } finally {
            bytes.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private ByteRange clipped(ByteRange wanted) {
        return remote == null ? wanted : wanted.within(remote.size());
    }

    /** A file with holes, which take no space on most disks. */
    static final class SparseFile implements AutoCloseable {

        private final Path path;
        private @Nullable FileChannel channel;

        SparseFile(Path path) {
            this.path = path;
        }

        Path path() {
            return path;
        }

        /** Creates the file as one hole and replaces any that exists. */
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
                throw HubException.unwritable(path, failure);
            }
        }

        void write(long position, ByteBuffer bytes) throws HubException {
            try {
                long next = position;
                while (bytes.hasRemaining()) {
                    next += opened().write(bytes, next);
                }
            } catch (IOException failure) {
                throw HubException.unwritable(path, failure);
            }
        }

        /** Forces everything written to the disk. */
        void force() throws HubException {
            try {
                opened().force(true);
            } catch (IOException failure) {
                throw HubException.unwritable(path, failure);
            }
        }

        @Override
        public void close() {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException unimportant) {
                // Only what was forced to the disk before counts as written.
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
}
