package io.forestage.weights.pytorch;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The few streams that are open at once. A read goes on with the stream of its entry that is least
 * far behind it, so that several threads do not send each other back to the beginning.
 */
final class InflatedStreams implements AutoCloseable {

    private static final int MOST_OPEN = 8;

    private final FileBytes file;

    /** The one used last at the end. */
    private final List<InflatedStream> open = new ArrayList<>();

    InflatedStreams(FileBytes file) {
        this.file = file;
    }

    FileBytes file() {
        return file;
    }

    synchronized void read(
            PlacedEntry entry, @Nullable String tensor, long position, ByteBuffer into)
            throws WeightFileException {
        InflatedStream stream = take(entry, position);
        try {
            stream.skipTo(tensor, position);
            stream.read(tensor, into);
        } catch (WeightFileException | RuntimeException | Error failure) {
            stream.close();
            throw failure;
        }
        if (stream.isAtEnd()) {
            stream.close();
        } else {
            open.add(stream);
        }
    }

    @Override
    public synchronized void close() {
        open.forEach(InflatedStream::close);
        open.clear();
    }

    private InflatedStream take(PlacedEntry entry, long position) {
        InflatedStream nearest = null;
        for (InflatedStream stream : open) {
            if (stream.isOf(entry)
                    && stream.position() <= position
                    && (nearest == null || stream.position() > nearest.position())) {
                nearest = stream;
            }
        }
        if (nearest != null) {
            open.remove(nearest);
            return nearest;
        }
        if (open.size() == MOST_OPEN) {
            open.remove(0).close();
        }
        return new InflatedStream(file, entry);
    }
}
