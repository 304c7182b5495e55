package io.forestage.weights.zip;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** The checksum that a zip file has of each entry's bytes. */
final class Checksum {

    private static final int CHUNK = 1 << 16;

    private Checksum() {}

    static void require(ZipEntry entry, ByteSource bytes) throws WeightFileException {
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
                    "bytes of CRC-32 %08x".formatted(entry.crc()),
                    "%08x".formatted(crc.getValue()),
                    FileBytes.DAMAGED);
        }
    }
}
