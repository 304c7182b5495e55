package io.forestage.weights;

import io.forestage.support.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;

/** Holds a tensor's data to the size that the header has already promised. */
final class ExactChannel implements WritableByteChannel {

    private final WritableByteChannel file;
    private final String name;
    private final long size;
    private long written;
    private boolean open = true;

    private ExactChannel(WritableByteChannel file, String name, long size) {
        this.file = file;
        this.name = name;
        this.size = size;
    }

    /** Writes all of the data to the file, or refuses data of another size. */
    static void write(
            WritableByteChannel file, String name, long size, TensorSource.TensorData data)
            throws IOException {
        ExactChannel channel = new ExactChannel(file, name, size);
        data.writeTo(channel);
        if (channel.written != size) {
            throw channel.unexpected(channel.written + "");
        }
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (bytes.remaining() > size - written) {
            throw unexpected("at least " + (written + bytes.remaining()));
        }
        int count = file.write(bytes);
        written += count;
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

    private IllegalArgumentException unexpected(String found) {
        return new IllegalArgumentException(
                "%s: expected its source to write %d bytes, found %s"
                        .formatted(Quoted.of(name), size, found));
    }
}
