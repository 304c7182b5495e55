package io.forestage.weights.zip;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads a zip's directory and checks it against the entries' headers. */
final class CentralDirectory {

    private final FileBytes file;
    private final End end;

    private CentralDirectory(FileBytes file, End end) {
        this.file = file;
        this.end = end;
    }

    static List<ZipArchive.Entry> read(FileBytes file) throws WeightFileException {
        return new CentralDirectory(file, End.find(file)).entries();
    }

    private List<ZipArchive.Entry> entries() throws WeightFileException {
        List<DirectoryRecord> records = records();
        // Sorted by position, so that headers are read forward and neighbours can be compared.
        records.sort(Comparator.comparingLong(DirectoryRecord::headerAt));
        List<ZipArchive.Entry> entries = new ArrayList<>(records.size());
        long free = 0;
        for (DirectoryRecord record : records) {
            if (record.headerAt() < free) {
                throw file.problem(
                        record.name(),
                        "entries that do not overlap",
                        "a header at byte %d, within the previous entry"
                                .formatted(record.headerAt()),
                        FileBytes.DAMAGED);
            }
            long dataOffset = LocalHeader.dataOffset(file, record, end.start());
            free = dataOffset + record.packedSize();
            entries.add(
                    new ZipArchive.Entry(
                            record.name(),
                            record.isDeflated(),
                            record.crc(),
                            record.packedSize(),
                            record.size(),
                            dataOffset));
        }
        return entries;
    }

    private List<DirectoryRecord> records() throws WeightFileException {
        ZipFields directory = ZipFields.read(file, end.start(), end.size());
        List<DirectoryRecord> records = new ArrayList<>();
        int at = 0;
        while (at < end.size() && records.size() < end.entries()) {
            DirectoryRecord record = DirectoryRecord.read(file, directory, at);
            records.add(record);
            at += record.length();
        }
        if (at != end.size() || records.size() != end.entries()) {
            throw file.problem(
                    null,
                    "%d entries in the %d bytes of the zip directory"
                            .formatted(end.entries(), end.size()),
                    "%d entries in %d bytes".formatted(records.size(), at),
                    FileBytes.DAMAGED);
        }
        return records;
    }

    /**
     * A zip file's last record, which locates its directory.
     *
     * @param start the position of the directory's first byte
     */
    record End(long start, int size, int entries) {

        /** Ten times the number of tensors in any model. */
        static final int MAX_ENTRIES = 100_000;

        /**
         * Enough for this many entries with long names; the directory is in memory while it is
         * read.
         */
        static final int MAX_BYTES = 1 << 25;

        private static final int SIGNATURE = 0x06054b50;
        private static final int LENGTH = 22;
        private static final int MAX_COMMENT_LENGTH = 0xffff;

        private static final int LOCATOR_SIGNATURE = 0x07064b50;
        private static final int LOCATOR_LENGTH = 20;

        private static final int ZIP64_SIGNATURE = 0x06064b50;
        private static final int ZIP64_LENGTH = 56;
        private static final int ZIP64_UNCOUNTED = 12;
        private static final short ZIP64_VERSION = 45;
        private static final int MAX_NARROW_ENTRIES = 0xffff;

        static End find(FileBytes file) throws WeightFileException {
            int tailLength = (int) Math.min(file.size(), LENGTH + MAX_COMMENT_LENGTH);
            ZipFields tail = ZipFields.read(file, file.size() - tailLength, tailLength);
            for (int at = tailLength - LENGTH; at >= 0; at--) {
                // A comment may contain the signature too; the real record's comment ends with the
                // file.
                if (tail.signature(at) == SIGNATURE
                        && at + LENGTH + tail.u16(at + 20) == tailLength) {
                    return read(file, file.size() - tailLength + at, tail.part(at, LENGTH));
                }
            }
            throw file.problem(
                    null,
                    "a zip file, which ends with its directory",
                    "no end of a directory in its last %d bytes".formatted(tailLength),
                    "it is truncated or damaged; fetch or write it again");
        }

        /**
         * Returns the last records of a zip whose directory starts at a position, ZIP64's if
         * needed.
         */
        static ByteBuffer written(long start, long size, int entries) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(ZIP64_LENGTH + LOCATOR_LENGTH + LENGTH)
                            .order(ByteOrder.LITTLE_ENDIAN);
            if (ZipFields.Zip64.isNeededFor(start) || entries >= MAX_NARROW_ENTRIES) {
                bytes.putInt(ZIP64_SIGNATURE).putLong(ZIP64_LENGTH - ZIP64_UNCOUNTED);
                bytes.putShort(ZIP64_VERSION).putShort(ZIP64_VERSION).putInt(0).putInt(0);
                bytes.putLong(entries).putLong(entries).putLong(size).putLong(start);
                bytes.putInt(LOCATOR_SIGNATURE).putInt(0).putLong(start + size).putInt(1);
            }
            short narrow = (short) Math.min(entries, MAX_NARROW_ENTRIES);
            bytes.putInt(SIGNATURE).putInt(0).putShort(narrow).putShort(narrow);
            bytes.putInt(ZipFields.Zip64.narrow(size)).putInt(ZipFields.Zip64.narrow(start));
            return bytes.putShort((short) 0).flip();
        }

        private static End read(FileBytes file, long position, ZipFields record)
                throws WeightFileException {
            if (position >= LOCATOR_LENGTH) {
                ZipFields locator = ZipFields.read(file, position - LOCATOR_LENGTH, LOCATOR_LENGTH);
                if (locator.signature(0) == LOCATOR_SIGNATURE) {
                    return readZip64(file, position - LOCATOR_LENGTH, locator);
                }
            }
            requireOnePart(file, record.u16(4), record.u16(6), record.u16(8), record.u16(10));
            return checked(file, position, record.u32(16), record.u32(12), record.u16(10));
        }

        private static End readZip64(FileBytes file, long locatorAt, ZipFields locator)
                throws WeightFileException {
            long position = locator.i64(8);
            if (position < 0 || position > locatorAt - ZIP64_LENGTH) {
                throw misplaced(file, position, locatorAt);
            }
            ZipFields record = ZipFields.read(file, position, ZIP64_LENGTH);
            if (record.signature(0) != ZIP64_SIGNATURE
                    || record.i64(4) != locatorAt - position - ZIP64_UNCOUNTED) {
                throw misplaced(file, position, locatorAt);
            }
            requireOnePart(file, record.u32(16), record.u32(20), record.i64(24), record.i64(32));
            return checked(file, position, record.i64(48), record.i64(40), record.i64(32));
        }

        private static End checked(FileBytes file, long end, long start, long size, long entries)
                throws WeightFileException {
            if (size < 0 || size > end || start != end - size) {
                throw file.problem(
                        null,
                        "a zip directory that ends at byte %d".formatted(end),
                        "one of %s bytes from byte %s on"
                                .formatted(
                                        Long.toUnsignedString(size), Long.toUnsignedString(start)),
                        FileBytes.DAMAGED);
            }
            if (entries < 0 || entries > MAX_ENTRIES || size > MAX_BYTES) {
                throw file.problem(
                        null,
                        "a zip of at most %d entries, with a directory of at most %d bytes"
                                .formatted(MAX_ENTRIES, MAX_BYTES),
                        "%s entries in %d bytes".formatted(Long.toUnsignedString(entries), size),
                        "write fewer tensors to one file");
            }
            return new End(start, (int) size, (int) entries);
        }

        private static void requireOnePart(
                FileBytes file, long disk, long directoryDisk, long entriesHere, long entries)
                throws WeightFileException {
            if (disk != 0 || directoryDisk != 0 || entriesHere != entries) {
                throw file.problem(
                        null,
                        "a zip in one file",
                        "the last part of several",
                        "join the parts with a zip program first");
            }
        }

        private static WeightFileException misplaced(
                FileBytes file, long position, long locatorAt) {
            return file.problem(
                    null,
                    "a ZIP64 end of the directory just before byte %d".formatted(locatorAt),
                    "none at byte %s".formatted(Long.toUnsignedString(position)),
                    FileBytes.DAMAGED);
        }
    }
}
