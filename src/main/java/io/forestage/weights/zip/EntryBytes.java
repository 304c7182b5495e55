package io.forestage.weights.zip;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An entry's decompressed bytes, from one of several readers. */
final class EntryBytes implements ByteSource {

    private final ByteSource file;
    private final ZipArchive.Entry entry;
    private final Reader reader;

    EntryBytes(ByteSource file, ZipArchive.Entry entry, Reader reader) {
        this.file = file;
        this.entry = entry;
        this.reader = reader;
    }

    /** Fills a buffer with bytes of an entry; the position was checked. */
    interface Reader {
        void read(@Nullable String tensor, ZipArchive.Entry entry, long position, ByteBuffer into)
                throws WeightFileException;
    }

    @Override
    public long size() {
        return entry.size();
    }

    @Override
    public void read(@Nullable String tensor, long position, ByteBuffer into)
            throws WeightFileException {
        if (position < 0 || position > entry.size() - into.remaining()) {
            throw problem(
                    tensor,
                    "%d bytes from byte %d on".formatted(into.remaining(), position),
                    "an entry of %d bytes".formatted(entry.size()),
                    FileBytes.DAMAGED);
        }
        reader.read(tensor, entry, position, into);
    }

    @Override
    public void requireUnchanged() throws WeightFileException {
        file.requireUnchanged();
    }

    @Override
    public WeightFileException problem(
            @Nullable String tensor, String expected, String found, String remedy) {
        return file.problem(tensor == null ? entry.name() : tensor, expected, found, remedy);
    }

    /** Does nothing: the archive closes everything. */
    @Override
    public void close() {}
}
