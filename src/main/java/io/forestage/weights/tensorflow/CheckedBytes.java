package io.forestage.weights.tensorflow;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one tensor. Their checksum is verified before the first byte is returned. They are
 * then read a second time, usually from the system's cache, so that several threads may read them
 * in any order.
 */
final class CheckedBytes implements ByteSource {

    private static final int CHUNK = 1 << 18;

    private final FileBytes file;
    private final long start;
    private final long size;
    private final int crc;
    private volatile boolean checked;

    /** Wraps an entry's bytes, which lie within the file. */
    CheckedBytes(FileBytes file, BundleEntry entry) {
        this.file = file;
        this.start = entry.offset();
        this.size = entry.tensor().byteSize();
        this.crc = entry.crc();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(@Nullable String tensor, long position, ByteBuffer into)
            throws WeightFileException {
        if (position < 0 || position > size - into.remaining()) {
            // Beyond them lies another tensor, whose checksum was not verified.
            throw problem(
                    tensor,
                    "a read within %d bytes".formatted(size),
                    "%d bytes from byte %d on".formatted(into.remaining(), position),
                    FileBytes.DAMAGED);
        }
        if (!checked) {
            check(tensor);
        }
        file.read(tensor, start + position, into);
    }

    @Override
    public void requireUnchanged() throws WeightFileException {
        file.requireUnchanged();
    }

    @Override
    public WeightFileException problem(
            @Nullable String tensor, String expected, String found, String remedy) {
        return file.problem(tensor, expected, found, remedy);
    }

    /** Does nothing: other tensors use the file too. */
    @Override
    public void close() {}

    /** Verifies the checksum; synchronized, so that one thread does it and others wait. */
    private synchronized void check(@Nullable String tensor) throws WeightFileException {
        if (checked) {
            return;
        }
        MaskedCrc found = new MaskedCrc();
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, size));
        for (long done = 0; done < size; done += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK, size - done));
            file.read(tensor, start + done, chunk);
            found.update(chunk.flip());
        }
        if (found.value() != crc) {
            throw problem(
                    tensor,
                    "bytes with masked CRC-32C %08x".formatted(crc),
                    "%08x".formatted(found.value()),
                    FileBytes.DAMAGED);
        }
        checked = true;
    }
}
