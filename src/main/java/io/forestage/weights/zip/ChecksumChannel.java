package io.forestage.weights.zip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32;

/** Passes bytes on, counts them and sums them up. */
final class ChecksumChannel implements WritableByteChannel {

    private final WritableByteChannel target;
    private final CRC32 crc = new CRC32();
    private long count;

    ChecksumChannel(WritableByteChannel target) {
        this.target = target;
    }

    long count() {
        return count;
    }

    long crc() {
        return crc.getValue();
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        ByteBuffer same = bytes.duplicate();
        int written = target.write(bytes);
        crc.update(same.limit(same.position() + written));
        count += written;
        return written;
    }

    @Override
    public boolean isOpen() {
        return target.isOpen();
    }

    /** Leaves the target open for what comes after. */
    @Override
    public void close() {}
}
