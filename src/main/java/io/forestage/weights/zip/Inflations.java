package io.forestage.weights.zip;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The current passes over a zip's deflated entries. Each uses native memory, so the least recently
 * used one is closed to make room for another; if needed again, its entry is inflated from the
 * start.
 */
final class Inflations implements AutoCloseable {

    private static final int MAX_PASSES = 16;

    private final ByteSource file;
    private final Map<ZipArchive.Entry, Pass> passes = new LinkedHashMap<>();

    Inflations(ByteSource file) {
        this.file = file;
    }

    synchronized void read(
            @Nullable String tensor, ZipArchive.Entry entry, long position, ByteBuffer into)
            throws WeightFileException {
        Pass pass = passBefore(entry, position);
        boolean hasMore = false;
        try {
            pass.skipTo(tensor, position);
            pass.read(tensor, into);
            hasMore = !pass.isAtEnd();
        } finally {
            if (hasMore) {
                passes.put(entry, pass);
            } else {
                pass.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        passes.values().forEach(Pass::close);
        passes.clear();
    }

    /** Removes and returns a pass that is not beyond a position; a new one if there is none. */
    private Pass passBefore(ZipArchive.Entry entry, long position) {
        Pass pass = passes.remove(entry);
        if (pass != null && pass.position() <= position) {
            return pass;
        }
        if (pass != null) {
            pass.close();
        } else if (passes.size() == MAX_PASSES) {
            Iterator<Pass> oldest = passes.values().iterator();
            oldest.next().close();
            oldest.remove();
        }
        return new Pass(file, entry);
    }

    /** One forward pass over a deflated entry, from its first byte; checked at its end. */
    private static final class Pass implements AutoCloseable {

        private static final int CHUNK = 1 << 16;

        private final ByteSource file;
        private final ZipArchive.Entry entry;
        private final Inflater inflater = new Inflater(true);
        private final CRC32 crc = new CRC32();
        private final ByteBuffer packed;
        private long fed;
        private long position;

        Pass(ByteSource file, ZipArchive.Entry entry) {
            this.file = file;
            this.entry = entry;
            this.packed = ByteBuffer.allocate((int) Math.min(CHUNK, entry.packedSize()));
        }

        long position() {
            return position;
        }

        boolean isAtEnd() {
            return position == entry.size();
        }

        /** Inflates up to a position and discards the bytes before it. */
        void skipTo(@Nullable String tensor, long target) throws WeightFileException {
            ByteBuffer discarded = ByteBuffer.allocate((int) Math.min(CHUNK, target - position));
            while (position < target) {
                discarded.clear().limit((int) Math.min(discarded.capacity(), target - position));
                read(tensor, discarded);
            }
        }

        /** Fills the buffer; after the entry's last byte, the entry is checked. */
        void read(@Nullable String tensor, ByteBuffer into) throws WeightFileException {
            while (into.hasRemaining()) {
                int start = into.position();
                int count = inflate(tensor, into);
                if (count == 0 && inflater.finished()) {
                    throw damaged(
                            tensor,
                            "%d bytes".formatted(entry.size()),
                            "%d bytes".formatted(position));
                }
                crc.update(into.duplicate().flip().position(start));
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

        /** Inflates at least one byte, unless there are none left. */
        private int inflate(@Nullable String tensor, ByteBuffer into) throws WeightFileException {
            try {
                int count = inflater.inflate(into);
                while (count == 0 && !inflater.finished()) {
                    feed(tensor);
                    count = inflater.inflate(into);
                }
                return count;
            } catch (DataFormatException malformed) {
                throw damaged(tensor, "deflated bytes", String.valueOf(malformed.getMessage()));
            }
        }

        private void feed(@Nullable String tensor) throws WeightFileException {
            long left = entry.packedSize() - fed;
            if (left == 0) {
                throw damaged(
                        tensor,
                        "the end of the deflated bytes",
                        "none in %d packed bytes".formatted(entry.packedSize()));
            }
            packed.clear().limit((int) Math.min(packed.capacity(), left));
            file.read(tensor, entry.dataOffset() + fed, packed);
            fed += packed.limit();
            inflater.setInput(packed.flip());
        }

        private void requireEnd(@Nullable String tensor) throws WeightFileException {
            if (inflate(tensor, ByteBuffer.allocate(1)) != 0) {
                throw damaged(tensor, "%d bytes".formatted(entry.size()), "more");
            }
            if (inflater.getBytesRead() != entry.packedSize()) {
                throw damaged(
                        tensor,
                        "%d packed bytes".formatted(entry.packedSize()),
                        "their end after %d bytes".formatted(inflater.getBytesRead()));
            }
            if (crc.getValue() != entry.crc()) {
                throw damaged(
                        tensor,
                        "bytes with CRC-32 %08x".formatted(entry.crc()),
                        "%08x".formatted(crc.getValue()));
            }
        }

        private WeightFileException damaged(
                @Nullable String tensor, String expected, String found) {
            return file.problem(
                    tensor == null ? entry.name() : tensor, expected, found, FileBytes.DAMAGED);
        }
    }
}
