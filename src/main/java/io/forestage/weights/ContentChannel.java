package io.forestage.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * A file's channel as a writer of content sees it: each call takes the whole buffer, an error names
 * the file, and closing it leaves the file open for what is still to be done.
 */
final class ContentChannel implements WritableByteChannel {

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
