package io.forestage.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of the size that it has on the server, of which some bytes are there and the others are
 * holes. What the journal says is there has reached the disk.
 */
final class StagedFile implements AutoCloseable {

    /** How much a crash may cost. */
    private static final long CHECKPOINT = 1 << 24;

    private final Staging staging;
    private final String name;
    private final SparseFile bytes;
    private final Spans done;
    private @Nullable RemoteFile remote;
    private long unsaved;

    private StagedFile(Staging staging, String name, @Nullable RemoteFile remote, Spans done) {
        this.staging = staging;
        this.name = name;
        this.bytes = new SparseFile(staging.model().resolve(name));
        this.remote = remote;
        this.done = done;
    }

    static StagedFile open(Staging staging, String name) throws IOException {
        Optional<JournalEntry> entry = staging.entry(name);
        return new StagedFile(
                staging,
                name,
                entry.map(JournalEntry::file).orElse(null),
                entry.map(each -> Spans.of(each.done())).orElseGet(Spans::new));
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

    /** How many bytes of a span are still to be fetched; none beyond the file's end. */
    long missing(Span wanted) {
        Spans all = Spans.of(done.toList());
        all.add(clipped(wanted));
        return all.bytes() - done.bytes();
    }

    /** The first part of a span that is still to be fetched. */
    Optional<Span> firstGap(Span wanted) {
        return done.firstGap(clipped(wanted));
    }

    /** Holds what the server says of the file now against what it said before. */
    void agree(RemoteFile found, HubAnswer answer) throws ChangedException, HubException {
        if (remote == null) {
            bytes.create(found.size());
            remote = found;
        } else if (!remote.isSameAs(found)) {
            throw answer.changed(remote.toString(), found.toString());
        }
    }

    void write(long position, ByteBuffer from) throws IOException {
        Span written = Span.ofLength(position, from.remaining());
        bytes.write(position, from);
        done.add(written);
        unsaved += written.length();
        if (unsaved >= CHECKPOINT) {
            save();
        }
    }

    /** Brings everything to the disk, and then says so in the journal. */
    void save() throws IOException {
        if (unsaved > 0 && remote != null) {
            bytes.force();
            staging.remember(name, new JournalEntry(remote, done.toList()));
            unsaved = 0;
        }
    }

    /** Tells whether the whole file is what its name promises, where it promises anything. */
    boolean fitsItsName() throws IOException {
        Etag etag = remote == null ? null : remote.etag();
        if (etag == null || !etag.provesContent()) {
            return true;
        }
        try (InputStream content = Files.newInputStream(path())) {
            return etag.fits(content, Files.size(path()));
        }
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            save();
        } catch (IOException unimportant) {
            // What the journal does not know is fetched again; whoever needs it said has saved.
        } finally {
            bytes.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Span clipped(Span wanted) {
        return remote == null ? wanted : wanted.within(remote.size());
    }
}
