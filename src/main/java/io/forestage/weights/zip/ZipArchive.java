package io.forestage.weights.zip;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * An open zip file with a checked directory: no entry overlaps another, lies beyond the file, or
 * differs from its own header. As a {@link ByteSource} it is the raw file. Closing it closes the
 * file and everything that its entries use.
 *
 * <p>Several threads may read at once, but readers of deflated entries wait for each other. The
 * checksum of a deflated entry is verified when its last byte is read. That of a stored entry is
 * not verified, as it is read in place.
 */
public final class ZipArchive implements ByteSource {

    private static final int CHUNK = 1 << 16;

    private final FileBytes file;
    private final Map<String, Entry> entries;
    private final Inflations inflations;
    private final ScratchFile scratch;

    private ZipArchive(FileBytes file, Map<String, Entry> entries) {
        this.file = file;
        this.entries = entries;
        this.inflations = new Inflations(file);
        this.scratch = new ScratchFile(file, inflations::read);
    }

    /**
     * Reads a zip file's directory.
     *
     * @param file the open file, which is closed with the archive; it stays open if this fails
     * @return the archive
     * @throws WeightFileException if the file is not a valid zip, or has entries that are
     *     encrypted, compressed other than by deflate, or spread over several files
     */
    public static ZipArchive open(FileBytes file) throws WeightFileException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Entry entry : CentralDirectory.read(file)) {
            if (entries.put(entry.name(), entry) != null) {
                throw file.problem(
                        entry.name(), "unique names in a zip", "this one twice", FileBytes.DAMAGED);
            }
        }
        return new ZipArchive(file, Collections.unmodifiableMap(entries));
    }

    /**
     * Returns the name of a zip's first entry, unchecked, without opening the zip.
     *
     * @param head a file's first bytes
     * @return the name; empty if the file does not start with an entry, or if the bytes end before
     *     the name does
     */
    public static Optional<String> firstName(byte[] head) {
        return LocalHeader.nameIn(head);
    }

    /** Returns all entries in the order of their bytes; unmodifiable. */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /**
     * Looks for an entry.
     *
     * @param name its path in the zip, parts separated by '/'
     * @return the entry, or empty if there is none of that name
     */
    public Optional<Entry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /**
     * Opens an entry for reading from front to back. A deflated entry is inflated on the way, and
     * from the start again after each step back.
     *
     * @param entry an entry of this archive
     * @return its bytes, valid while the archive is open
     */
    public ByteSource bytes(Entry entry) {
        return new EntryBytes(
                file, requireOwn(entry), entry.isDeflated() ? inflations::read : this::read);
    }

    /**
     * Opens an entry for reading in any order. A deflated entry is inflated to a temporary file
     * when it is first read.
     *
     * @param entry an entry of this archive
     * @return its bytes, valid while the archive is open
     */
    public ByteSource bytesInAnyOrder(Entry entry) {
        return new EntryBytes(
                file, requireOwn(entry), entry.isDeflated() ? scratch::read : this::read);
    }

    /**
     * Reads a whole entry and verifies its checksum.
     *
     * @param entry an entry of this archive
     * @throws WeightFileException if the checksum differs, or if the entry cannot be read
     */
    public void requireChecksum(Entry entry) throws WeightFileException {
        ByteSource bytes = bytes(entry);
        CRC32 crc = new CRC32();
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, entry.size()));
        for (long done = 0; done < entry.size(); done += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK, entry.size() - done));
            bytes.read(entry.name(), done, chunk);
            crc.update(chunk.flip());
        }
        if (crc.getValue() != entry.crc()) {
            throw bytes.problem(
                    entry.name(),
                    "bytes with CRC-32 %08x".formatted(entry.crc()),
                    "%08x".formatted(crc.getValue()),
                    FileBytes.DAMAGED);
        }
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public void read(@Nullable String tensor, long position, ByteBuffer into)
            throws WeightFileException {
        file.read(tensor, position, into);
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

    @Override
    public void close() {
        file.close();
        inflations.close();
        scratch.close();
    }

    private void read(@Nullable String tensor, Entry entry, long position, ByteBuffer into)
            throws WeightFileException {
        file.read(tensor, entry.dataOffset() + position, into);
    }

    private Entry requireOwn(Entry entry) {
        if (!entry.equals(entries.get(entry.name()))) {
            throw new IllegalArgumentException(
                    "expected an entry of %s, found %s".formatted(file.path(), entry));
        }
        return entry;
    }

    /**
     * An entry of a zip file.
     *
     * @param name its path in the zip, parts separated by '/'
     * @param isDeflated whether its bytes are compressed; if not, they lie in the file unchanged
     * @param crc the CRC-32 of its bytes
     * @param packedSize its size in the file in bytes
     * @param size its decompressed size in bytes
     * @param dataOffset the position of its first byte in the file
     */
    public record Entry(
            String name,
            boolean isDeflated,
            long crc,
            long packedSize,
            long size,
            long dataOffset) {}
}
