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
 * The passes under way over a zip's deflated entries. Each holds native memory, so the one that was
 * used longest ago makes room for another; should it be needed again, it starts anew.
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
            hasMore = !pass.isThrough();
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

    /** A pass that has not come further than a position, no longer among the others. */
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

    /** One pass over a deflated entry, from its first byte forward; checked once it is through. */
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

        boolean isThrough() {
            return position == entry.size();
        }

        /** Unpacks up to a position and drops what comes before it. */
        void skipTo(@Nullable String tensor, long target) throws WeightFileException {
            ByteBuffer dropped = ByteBuffer.allocate((int) Math.min(CHUNK, target - position));
            while (position < target) {
                dropped.clear().limit((int) Math.min(dropped.capacity(), target - position));
                read(tensor, dropped);
            }
        }

        /** Fills the buffer; with the entry's last byte, the entry is checked. */
        void read(@Nullable String tensor, ByteBuffer into) throws WeightFileException {
            while (into.hasRemaining()) {
                int start = into.position();
                int count = inflate(tensor, into);
                if (count == 0 && inflater.finished()) {
                    throw damaged(tensor, "%d bytes".formatted(entry.size()), position + " bytes");
                }
                crc.update(into.duplicate().flip().position(start));
                position += count;
            }
            if (isThrough()) {
                requireEnd(tensor);
            }
        }

        @Override
        public void close() {
            inflater.end();
        }

        /** Unpacks at least one byte, unless there are none left. */
        private int inflate(@Nullable String tensor, ByteBuffer into) throws WeightFileException {
            try {
                int count = inflater.inflate(into);
                while (count == 0 && !inflater.finished()) {
                    feed(tensor);
                    count = inflater.inflate(into);
                }
                return count;
            } catch (DataFormatException malformed) {
                throw damaged(tensor, "deflated bytes", malformed.getMessage() + "");
            }
        }

        private void feed(@Nullable String tensor) throws WeightFileException {
            long left = entry.packedSize() - fed;
            if (left == 0) {
                throw damaged(
                        tensor,
                        "deflated bytes with an end",
                        "none in its %d packed bytes".formatted(entry.packedSize()));
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
                        "their end after " + inflater.getBytesRead());
            }
            if (crc.getValue() != entry.crc()) {
                throw damaged(
                        tensor,
                        "bytes of CRC-32 %08x".formatted(entry.crc()),
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
