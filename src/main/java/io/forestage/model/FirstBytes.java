package io.forestage.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Passes on so many bytes and swallows the rest. */
final class FirstBytes implements WritableByteChannel {

    private final WritableByteChannel target;
    private long left;

    FirstBytes(WritableByteChannel target, long count) {
        this.target = target;
        this.left = count;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        int end = bytes.limit();
        bytes.limit(bytes.position() + (int) Math.min(left, count));
        left -= bytes.remaining();
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
        bytes.limit(end).position(end);
        return count;
    }

    @Override
    public boolean isOpen() {
        return target.isOpen();
    }

    @Override
    public void close() {}
}
