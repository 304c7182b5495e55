package io.forestage.weights.pytorch;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the end of a zip file says: where its directory lies, which reaches to the end's first byte.
 *
 * @param directory position of the directory's first byte
 * @param directoryBytes the directory's length
 */
record ZipEnd(long directory, long directoryBytes, long entries) {

    private static final int SIGNATURE = 0x06054b50;
    private static final int BYTES = 22;
    private static final int LONGEST_COMMENT = 0xffff;

    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int LARGE_SIGNATURE = 0x06064b50;
    private static final int LARGE_BYTES = 56;

    /** What a small field holds when the large one counts. */
    private static final int SEE_LARGE_SHORT = 0xffff;

    private static final long SEE_LARGE_INT = 0xffff_ffffL;

    static ZipEnd find(FileBytes file) throws WeightFileException {
        int length = (int) Math.min(file.size(), BYTES + LONGEST_COMMENT);
        long start = file.size() - length;
        ByteBuffer tail = read(file, start, length);
        for (int at = length - BYTES; at >= 0; at--) {
            if (tail.getInt(at) == SIGNATURE
                    && Short.toUnsignedInt(tail.getShort(at + 20)) == length - at - BYTES) {
                return end(file, start + at, tail.slice(at, BYTES).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
        throw file.problem(
                null,
                "a zip file that ends with its directory",
                "no end of a directory",
                FileBytes.DAMAGED);
    }

    private static ZipEnd end(FileBytes file, long at, ByteBuffer fields)
            throws WeightFileException {
        ZipEnd small =
                new ZipEnd(
                        Integer.toUnsignedLong(fields.getInt(16)),
                        Integer.toUnsignedLong(fields.getInt(12)),
                        Short.toUnsignedInt(fields.getShort(10)));
        requireOnePart(file, fields.getShort(4), fields.getShort(6));
        requireSame(file, "entries in this part", small.entries, fields.getShort(8) & 0xffffL);
        long locatorAt = at - LOCATOR_BYTES;
        if (locatorAt >= 0) {
            ByteBuffer locator = read(file, locatorAt, LOCATOR_BYTES);
            if (locator.getInt(0) == LOCATOR_SIGNATURE) {
                return small.replaced(file, locator, locatorAt);
            }
        }
        return small.endingAt(file, at);
    }

    /** The same in wide fields; the narrow ones repeat what fits them. */
    private ZipEnd replaced(FileBytes file, ByteBuffer locator, long locatorAt)
            throws WeightFileException {
        requireOnePart(file, locator.getInt(4), locator.getInt(16) - 1);
        long at = locator.getLong(8);
        if (at < 0 || at != locatorAt - LARGE_BYTES) {
            throw damaged(
                    file, "its ZIP64 end at byte " + (locatorAt - LARGE_BYTES), "it at byte " + at);
        }
        ByteBuffer fields = read(file, at, LARGE_BYTES);
        if (fields.getInt(0) != LARGE_SIGNATURE || fields.getLong(4) != LARGE_BYTES - 12) {
            throw damaged(file, "a ZIP64 end of " + LARGE_BYTES + " bytes", "something else");
        }
        requireOnePart(file, fields.getInt(16), fields.getInt(20));
        ZipEnd large = new ZipEnd(fields.getLong(48), fields.getLong(40), fields.getLong(32));
        requireSame(file, "entries in this part", large.entries, fields.getLong(24));
        if (entries != SEE_LARGE_SHORT) {
            requireSame(file, "entries", large.entries, entries);
        }
        if (directoryBytes != SEE_LARGE_INT) {
            requireSame(file, "bytes of directory", large.directoryBytes, directoryBytes);
        }
        if (directory != SEE_LARGE_INT) {
            requireSame(file, "bytes before the directory", large.directory, directory);
        }
        return large.endingAt(file, at);
    }

    private ZipEnd endingAt(FileBytes file, long end) throws WeightFileException {
        if (directory < 0
                || directoryBytes < 0
                || directory > end
                || directoryBytes != end - directory) {
            throw damaged(
                    file,
                    "a zip directory that ends at byte " + end,
                    "%d bytes at byte %d".formatted(directoryBytes, directory));
        }
        return this;
    }

    static void requireOnePart(FileBytes file, int part, int directoryPart)
            throws WeightFileException {
        if (part != 0 || directoryPart != 0) {
            throw file.problem(
                    null,
                    "a zip file in one part",
                    "one of several",
                    "put its parts together: zip -s 0 parts.zip --out model.zip");
        }
    }

    private static void requireSame(FileBytes file, String what, long expected, long found)
            throws WeightFileException {
        if (expected != found) {
            throw damaged(file, "%d %s".formatted(expected, what), found + "");
        }
    }

    private static WeightFileException damaged(FileBytes file, String expected, String found) {
        return file.problem(null, expected, found, FileBytes.DAMAGED);
    }

    private static ByteBuffer read(FileBytes file, long position, int length)
            throws WeightFileException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.read(null, position, bytes);
        return bytes.clear();
    }
}
