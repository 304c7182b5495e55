package io.forestage.weights.pytorch;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.Wording;

/**
 * An entry as the directory describes it.
 *
 * @param crc of the entry's bytes; 0 if PyTorch was told to leave it out
 * @param packedSize how many bytes the entry takes in the file
 * @param header position of the header before the entry's bytes
 */
record ZipEntry(
        String name, Compression compression, long crc, long packedSize, long size, long header) {

    /** No deflated stream yields more per byte: 258 bytes for two bits. */
    private static final long BEST_RATIO = 1032;

    private static final int LONGEST_NAME = 1 << 10;

    void requireSound(FileBytes file, long end) throws WeightFileException {
        requireSafeName(file);
        if (header < 0 || packedSize < 0 || size < 0 || packedSize > end || header > end) {
            throw problem(
                    file,
                    "an entry within the %d bytes before the directory".formatted(end),
                    "%d bytes at byte %d".formatted(packedSize, header));
        }
        boolean fits =
                switch (compression) {
                    case STORED -> size == packedSize;
                    case DEFLATED -> size <= packedSize * BEST_RATIO;
                };
        if (!fits) {
            throw problem(
                    file,
                    "at most what its %d bytes, %s, can hold".formatted(packedSize, compression),
                    size + " bytes");
        }
    }

    /** Words a problem with this entry. */
    WeightFileException problem(FileBytes file, String expected, String found) {
        return problem(file, expected, found, FileBytes.DAMAGED);
    }

    WeightFileException problem(FileBytes file, String expected, String found, String remedy) {
        return file.problem(
                null, expected, "%s for entry %s".formatted(found, Wording.quoted(name)), remedy);
    }

    /** Nothing is unpacked to a path, but a name like this shows what a file is made for. */
    private void requireSafeName(FileBytes file) throws WeightFileException {
        boolean leadsOut = false;
        for (String part : name.split("/", -1)) {
            leadsOut |= part.equals("..");
        }
        if (leadsOut
                || name.isEmpty()
                || name.length() > LONGEST_NAME
                || name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.indexOf(':') == 1
                || name.indexOf('\0') >= 0) {
            throw problem(file, "names within the archive", "another");
        }
    }
}
