package io.forestage.weights.tensorflow;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one tensor, whose checksum is verified before the first byte is returned. They are
 * then read a second time, usually from the system's cache, so that readers may read them in any
 * order, repeatedly and at once.
 */
final class CheckedBytes implements ByteSource {

    private static final int CHUNK = 1 << 18;

    private final FileBytes file;
    private final long start;
    private final long size;
    private final int crc;
    private volatile boolean checked;

    /** Takes a part of a file that holds it. */
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
            // Beyond lies another tensor, which is unchecked.
            throw problem(
                    tensor,
                    "to read within %d bytes".formatted(size),
                    "%d from byte %d on".formatted(into.remaining(), position),
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

    /** Does nothing: the file holds other tensors too. */
    @Override
    public void close() {}

    /** Under a lock, so that of several readers one checks and the others wait for it. */
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
                    "bytes of masked CRC-32C %08x".formatted(crc),
                    "%08x".formatted(found.value()),
                    FileBytes.DAMAGED);
        }
        checked = true;
    }
}
