package io.forestage.weights.zip;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The header just before an entry's data, which repeats the directory's record. Programs differ in
 * which of the two they use, so both must agree.
 *
 * @param end the position of the first byte of data
 */
record LocalHeader(ZipFields start, ZipFields nameAndExtra, long end) {

    static final int SIGNATURE = 0x04034b50;
    static final int LENGTH = 30;
    private static final int NAME_LENGTH = 26;

    /** The flag that CRC and sizes follow the data and are not in the header. */
    static final int SIZES_FOLLOW = 1 << 3;

    /** Returns the position of the entry's data, after checking that its header agrees. */
    static long dataOffset(FileBytes file, DirectoryRecord record, long dataEnd)
            throws WeightFileException {
        LocalHeader header = read(file, record, dataEnd);
        if (!header.agreesWith(record)) {
            throw file.problem(
                    record.name(),
                    "a header at byte %d that matches the zip directory"
                            .formatted(record.headerAt()),
                    "another name, method, size or checksum",
                    FileBytes.DAMAGED);
        }
        if (record.packedSize() > dataEnd - header.end()) {
            throw outside(file, record, dataEnd);
        }
        return header.end();
    }

    /** Returns the name in a header at the start of these bytes. */
    static Optional<String> nameIn(byte[] beginning) {
        ZipFields fields = new ZipFields(ByteBuffer.wrap(beginning).order(ByteOrder.LITTLE_ENDIAN));
        if (fields.length() < LENGTH
                || fields.signature(0) != SIGNATURE
                || fields.u16(NAME_LENGTH) > fields.length() - LENGTH) {
            return Optional.empty();
        }
        return Optional.of(
                new String(beginning, LENGTH, fields.u16(NAME_LENGTH), StandardCharsets.UTF_8));
    }

    private static LocalHeader read(FileBytes file, DirectoryRecord record, long dataEnd)
            throws WeightFileException {
        long at = record.headerAt();
        if (at > dataEnd - LENGTH) {
            throw outside(file, record, dataEnd);
        }
        ZipFields start = ZipFields.read(file, at, LENGTH);
        if (start.signature(0) != SIGNATURE) {
            throw file.problem(
                    record.name(),
                    "the entry's header at byte %d".formatted(at),
                    "none",
                    FileBytes.DAMAGED);
        }
        int rest = start.u16(NAME_LENGTH) + start.u16(28);
        if (rest > dataEnd - LENGTH - at) {
            throw outside(file, record, dataEnd);
        }
        return new LocalHeader(start, ZipFields.read(file, at + LENGTH, rest), at + LENGTH + rest);
    }

    private boolean agreesWith(DirectoryRecord record) {
        int flags = start.u16(6);
        int method = record.isDeflated() ? DirectoryRecord.DEFLATED : DirectoryRecord.STORED;
        return (flags & DirectoryRecord.ENCRYPTED) == 0
                && start.u16(8) == method
                && hasName(record.name())
                && ((flags & SIZES_FOLLOW) != 0 || hasSizes(record));
    }

    private boolean hasName(String name) {
        ByteBuffer found = nameAndExtra.part(0, start.u16(NAME_LENGTH)).bytes();
        return found.equals(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
    }

    private boolean hasSizes(DirectoryRecord record) {
        ZipFields.Zip64 wide =
                new ZipFields.Zip64(nameAndExtra.part(start.u16(NAME_LENGTH), start.u16(28)));
        long size = wide.of(start.u32(22));
        long packedSize = wide.of(start.u32(18));
        return start.u32(14) == record.crc()
                && size == record.size()
                && packedSize == record.packedSize();
    }

    private static WeightFileException outside(
            FileBytes file, DirectoryRecord record, long dataEnd) {
        return file.problem(
                record.name(),
                "an entry before the zip directory at byte %d".formatted(dataEnd),
                "%d packed bytes after the header at byte %d"
                        .formatted(record.packedSize(), record.headerAt()),
                FileBytes.DAMAGED);
    }
}
