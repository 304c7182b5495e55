package io.forestage.weights.pytorch;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.Wording;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * One pass through a compressed entry; at its end, its size and checksum are what they should be.
 */
final class InflatedStream implements AutoCloseable {

    private static final int CHUNK = 1 << 14;

    private final FileBytes file;
    private final PlacedEntry placed;
    private final ZipEntry entry;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] packed = new byte[CHUNK];
    private final byte[] skipped = new byte[CHUNK];
    private long taken;
    private long position;

    InflatedStream(FileBytes file, PlacedEntry placed) {
        this.file = file;
        this.placed = placed;
        entry = placed.entry();
    }

    boolean isOf(PlacedEntry other) {
        return placed.data() == other.data();
    }

    /** The next byte's. */
    long position() {
        return position;
    }

    boolean isAtEnd() {
        return position == entry.size();
    }

    void skipTo(@Nullable String tensor, long target) throws WeightFileException {
        while (position < target) {
            int piece = (int) Math.min(skipped.length, target - position);
            read(tensor, ByteBuffer.wrap(skipped, 0, piece));
        }
    }

    void read(@Nullable String tensor, ByteBuffer into) throws WeightFileException {
        if (into.remaining() > entry.size() - position) {
            throw problem(tensor, "to read within its %d bytes".formatted(entry.size()), "more");
        }
        while (into.hasRemaining()) {
            int start = into.position();
            int count = inflate(tensor, into);
            if (count == 0) {
                feed(tensor);
            }
            crc.update(into.duplicate().position(start).limit(start + count));
            position += count;
        }
        if (isAtEnd()) {
            requireEnd(tensor);
        }
    }

    @Override
    public void close() {
        inflater.end();
    }

    private int inflate(@Nullable String tensor, ByteBuffer into) throws WeightFileException {
        try {
            return inflater.inflate(into);
        } catch (DataFormatException malformed) {
            throw problem(tensor, "a deflated entry", "malformed bytes");
        }
    }

    private void feed(@Nullable String tensor) throws WeightFileException {
        if (inflater.finished() || inflater.needsDictionary() || taken == entry.packedSize()) {
            throw problem(
                    tensor,
                    "%d bytes, as the directory states".formatted(entry.size()),
                    "the end after " + position);
        }
        int count = (int) Math.min(packed.length, entry.packedSize() - taken);
        file.read(tensor, placed.data() + taken, ByteBuffer.wrap(packed, 0, count));
        taken += count;
        inflater.setInput(packed, 0, count);
    }

    private void requireEnd(@Nullable String tensor) throws WeightFileException {
        ByteBuffer beyond = ByteBuffer.allocate(1);
        while (!inflater.finished() && beyond.hasRemaining()) {
            if (inflate(tensor, beyond) == 0 && !inflater.finished()) {
                feed(tensor);
            }
        }
        if (!beyond.hasRemaining() || inflater.getBytesRead() != entry.packedSize()) {
            throw problem(
                    tensor, "%d bytes, as the directory states".formatted(entry.size()), "more");
        }
        if (crc.getValue() != entry.crc()) {
            throw problem(
                    tensor,
                    "bytes with the checksum %08x".formatted(entry.crc()),
                    "%08x".formatted(crc.getValue()));
        }
    }

    private WeightFileException problem(@Nullable String tensor, String expected, String found) {
        return file.problem(
                tensor,
                expected,
                "%s for entry %s".formatted(found, Wording.quoted(entry.name())),
                FileBytes.DAMAGED);
    }
}
