package io.forestage.weights.pytorch;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.Wording;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/** A zip file whose directory, headers and entries' places have been held against each other. */
final class ZipArchive {

    private static final int CHUNK = 1 << 14;

    private final ZipBytes bytes;
    private final Map<String, PlacedEntry> entries;

    private ZipArchive(ZipBytes bytes, Map<String, PlacedEntry> entries) {
        this.bytes = bytes;
        this.entries = entries;
    }

    static ZipArchive read(ZipBytes bytes) throws WeightFileException {
        FileBytes file = bytes.file();
        ZipEnd end = ZipEnd.find(file);
        List<ZipEntry> listed = ZipDirectory.read(file, end);
        listed.sort(Comparator.comparingLong(ZipEntry::header));
        Map<String, PlacedEntry> entries = new LinkedHashMap<>();
        for (int i = 0; i < listed.size(); i++) {
            ZipEntry entry = listed.get(i);
            boolean isLast = i + 1 == listed.size();
            long limit = isLast ? end.directory() : listed.get(i + 1).header();
            long data = LocalHeader.check(file, entry, limit);
            if (entries.put(entry.name(), new PlacedEntry(entry, data)) != null) {
                throw entry.problem(file, "each name once", "it twice");
            }
        }
        return new ZipArchive(bytes, entries);
    }

    /** All names, in the order of the entries' bytes. */
    Set<String> names() {
        return entries.keySet();
    }

    /**
     * An entry's bytes: in the file itself if they lie there as they are, so that they can be
     * mapped.
     */
    Stored require(String name) throws WeightFileException {
        PlacedEntry placed = placed(name);
        return switch (placed.entry().compression()) {
            case STORED -> Stored.plain(bytes.file(), placed.data(), placed.entry().size());
            case DEFLATED ->
                    new Stored(
                            new InflatedEntry(bytes.streams(), placed),
                            0,
                            placed.entry().size(),
                            ByteOrder.LITTLE_ENDIAN,
                            true);
        };
    }

    /**
     * Reads an entry through for its checksum; what is inflated is checked as it is read anyway.
     */
    void requireChecksum(String name) throws WeightFileException {
        PlacedEntry placed = placed(name);
        ZipEntry entry = placed.entry();
        if (entry.compression() != Compression.STORED || entry.crc() == 0) {
            return;
        }
        CRC32 crc = new CRC32();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (long done = 0; done < entry.size(); done += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK, entry.size() - done));
            bytes.read(null, placed.data() + done, chunk);
            crc.update(chunk.flip());
        }
        if (crc.getValue() != entry.crc()) {
            throw entry.problem(
                    bytes.file(),
                    "bytes with the checksum %08x".formatted(entry.crc()),
                    "%08x".formatted(crc.getValue()));
        }
    }

    private PlacedEntry placed(String name) throws WeightFileException {
        PlacedEntry placed = entries.get(name);
        if (placed == null) {
            throw bytes.problem(
                    null,
                    "an entry " + Wording.quoted(name),
                    "none of that name",
                    FileBytes.DAMAGED);
        }
        return placed;
    }
}
