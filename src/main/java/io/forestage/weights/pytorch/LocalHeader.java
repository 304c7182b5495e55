package io.forestage.weights.pytorch;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The header before an entry's bytes, which repeats the directory. */
final class LocalHeader {

    private static final int SIGNATURE = 0x04034b50;
    private static final int FIXED_BYTES = 30;

    /** Sizes and checksum may be zero here: they follow the entry's bytes. */
    private static final int SIZES_FOLLOW = 1 << 3;

    private final FileBytes file;
    private final ZipEntry entry;
    private final byte[] name;
    private final ByteBuffer bytes;

    private LocalHeader(FileBytes file, ZipEntry entry, long end) throws WeightFileException {
        this.file = file;
        this.entry = entry;
        name = entry.name().getBytes(StandardCharsets.UTF_8);
        int length = FIXED_BYTES + name.length;
        if (length > end - entry.header()) {
            throw overlapping(file, entry, end);
        }
        bytes = read(entry.header(), length);
    }

    /**
     * Checks an entry's header.
     *
     * @param end the position that no entry reaches beyond
     * @return the position of the entry's first byte
     */
    static long check(FileBytes file, ZipEntry entry, long end) throws WeightFileException {
        LocalHeader header = new LocalHeader(file, entry, end);
        header.requireSameName();
        header.requireSameSizes(end);
        long data = header.end();
        if (data > end || entry.packedSize() > end - data) {
            throw overlapping(file, entry, end);
        }
        return data;
    }

    private static WeightFileException overlapping(FileBytes file, ZipEntry entry, long end) {
        return entry.problem(
                file,
                "an entry that ends before the next at byte " + end,
                "%d bytes and a header from byte %d on"
                        .formatted(entry.packedSize(), entry.header()));
    }

    private void requireSameName() throws WeightFileException {
        if (bytes.getInt(0) != SIGNATURE) {
            throw entry.problem(file, "a header at byte " + entry.header(), "something else there");
        }
        ByteBuffer found = bytes.slice(FIXED_BYTES, name.length);
        if (Short.toUnsignedInt(bytes.getShort(26)) != name.length
                || !found.equals(ByteBuffer.wrap(name))) {
            throw entry.problem(file, "the directory's name in its header", "another");
        }
    }

    private void requireSameSizes(long end) throws WeightFileException {
        requireSame("of encryption", 0, bytes.getShort(6) & ZipDirectory.UNREADABLE_FLAGS);
        requireSame("as compression method", entry.compression().method(), bytes.getShort(8));
        boolean mayBeZero = (bytes.getShort(6) & SIZES_FOLLOW) != 0;
        Zip64Extra extra = extra(end);
        long size = extra.or(bytes.getInt(22));
        long packedSize = extra.or(bytes.getInt(18));
        long crc = Integer.toUnsignedLong(bytes.getInt(14));
        if (mayBeZero && size == 0 && packedSize == 0 && crc == 0) {
            return;
        }
        requireSame("bytes", entry.size(), size);
        requireSame("bytes in the file", entry.packedSize(), packedSize);
        requireSame("as checksum", entry.crc(), crc);
    }

    private Zip64Extra extra(long end) throws WeightFileException {
        boolean needed = bytes.getInt(18) == -1 || bytes.getInt(22) == -1;
        int length = Short.toUnsignedInt(bytes.getShort(28));
        long start = entry.header() + bytes.capacity();
        return Zip64Extra.of(
                needed && length <= end - start ? read(start, length) : ByteBuffer.allocate(0));
    }

    private long end() {
        return entry.header() + bytes.capacity() + Short.toUnsignedInt(bytes.getShort(28));
    }

    private void requireSame(String what, long expected, long found) throws WeightFileException {
        if (expected != found) {
            throw entry.problem(
                    file,
                    "%d %s in its header, as in the directory".formatted(expected, what),
                    found + "");
        }
    }

    private ByteBuffer read(long position, int length) throws WeightFileException {
        ByteBuffer read = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.read(null, position, read);
        return read.clear();
    }
}
