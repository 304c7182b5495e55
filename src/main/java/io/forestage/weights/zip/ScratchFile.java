package io.forestage.weights.zip;

import io.forestage.support.FailureReason;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deflated entries that are read out of order: each is inflated to a temporary file when it is
 * first read. The file is deleted when it is closed or the JVM ends.
 */
final class ScratchFile implements AutoCloseable {

    private static final int CHUNK = 1 << 16;

    private final FileBytes archive;
    private final EntryBytes.Reader packed;
    private final Map<ZipArchive.Entry, Long> starts = new HashMap<>();
    private @Nullable FileChannel channel;
    private boolean isClosed;
    private long end;

    ScratchFile(FileBytes archive, EntryBytes.Reader packed) {
        this.archive = archive;
        this.packed = packed;
    }

    synchronized void read(
            @Nullable String tensor, ZipArchive.Entry entry, long position, ByteBuffer into)
            throws WeightFileException {
        if (isClosed) {
            throw archive.problem(
                    tensor, "an open file", "a file closed by close()", "open it again");
        }
        try {
            FileChannel scratch = opened();
            Long start = starts.get(entry);
            if (start == null) {
                start = unpack(tensor, entry, scratch);
                starts.put(entry, start);
            }
            long next = start + position;
            while (into.hasRemaining()) {
                int count = scratch.read(into, next);
                if (count < 0) {
                    throw new IOException("a truncated file");
                }
                next += count;
            }
        } catch (WeightFileException described) {
            throw described;
        } catch (IOException failure) {
            throw new WeightFileException(
                    archive.path(),
                    tensor,
                    "space for %d bytes in a temporary file".formatted(entry.size()),
                    FailureReason.of(failure),
                    "free space in %s, or set another folder with -Djava.io.tmpdir"
                            .formatted(System.getProperty("java.io.tmpdir")),
                    failure);
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException unimportant) {
                // The file is not read again.
            }
        }
    }

    private FileChannel opened() throws IOException {
        if (channel == null) {
            Path file = Files.createTempFile("forestage-", ".tmp");
            channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE);
        }
        return channel;
    }

    private long unpack(@Nullable String tensor, ZipArchive.Entry entry, FileChannel scratch)
            throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (long done = 0; done < entry.size(); done += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK, entry.size() - done));
            packed.read(tensor, entry, done, chunk);
            chunk.flip();
            for (long at = end + done; chunk.hasRemaining(); ) {
                at += scratch.write(chunk, at);
            }
        }
        // Set last: if this fails half-way, the next entry overwrites the bytes.
        long start = end;
        end += entry.size();
        return start;
    }
}
