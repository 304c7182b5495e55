package io.forestage.weights.zip;

import io.forestage.support.Quoted;
import io.forestage.weights.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Writes a zip of stored entries from front to back, the same bytes for the same content. Each
 * entry's data begin at a multiple of 64 bytes, so that they can be mapped; its checksum follows
 * them, as it is not known before.
 */
public final class ZipWriter {

    private final WritableByteChannel channel;
    private final Map<String, WrittenEntry> entries = new LinkedHashMap<>();
    private long position;

    /**
     * Begins a zip.
     *
     * @param channel where it goes; takes a whole buffer in each call
     */
    public ZipWriter(WritableByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Writes an entry.
     *
     * @param name its path in the zip, parts separated by '/'
     * @param size how many bytes it holds
     * @param content writes them
     * @throws IllegalArgumentException if the name was written before or is one that {@link
     *     ZipArchive} refuses, if the content is of another size, or if there are more entries than
     *     it takes
     * @throws IOException if the content cannot be had or written
     */
    public void store(String name, long size, AtomicFile.Content content) throws IOException {
        WrittenEntry header = new WrittenEntry(encoded(name), size, position, 0);
        if (entries.containsKey(name) || entries.size() == CentralDirectory.End.MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "expected at most %d names, each once, found one more: %s"
                            .formatted(CentralDirectory.End.MAX_ENTRIES, Quoted.of(name)));
        }
        write(header.local());
        ChecksumChannel checked = new ChecksumChannel(channel);
        content.writeTo(checked);
        if (checked.count() != size) {
            throw new IllegalArgumentException(
                    "%s: expected content of %d bytes, found %d"
                            .formatted(Quoted.of(name), size, checked.count()));
        }
        position += size;
        WrittenEntry written = header.withCrc(checked.crc());
        write(written.descriptor());
        entries.put(name, written);
    }

    /**
     * Ends the zip with its directory. Nothing can be written after it.
     *
     * @throws IOException if it cannot be written
     */
    public void finish() throws IOException {
        long start = position;
        for (WrittenEntry entry : entries.values()) {
            write(entry.central());
        }
        write(CentralDirectory.End.written(start, position - start, entries.size()));
    }

    private void write(ByteBuffer bytes) throws IOException {
        position += bytes.remaining();
        channel.write(bytes);
    }

    private static byte[] encoded(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean isUnicode = new String(bytes, StandardCharsets.UTF_8).equals(name);
        if (!isUnicode
                || DirectoryRecord.isUnsafe(name)
                || bytes.length > WrittenEntry.MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "expected a relative path in Unicode of at most %d bytes, found %s"
                            .formatted(WrittenEntry.MAX_NAME_LENGTH, Quoted.of(name)));
        }
        return bytes;
    }

    /** An entry's three records: before its data, after them, and in the directory. */
    private static final class WrittenEntry {

        static final int MAX_NAME_LENGTH = 0xffff;

        private static final int ALIGNMENT = 64;

        /** Names are in UTF-8, and the checksum follows the data. */
        private static final short FLAGS = 1 << 11 | LocalHeader.SIZES_FOLLOW;

        private static final int DESCRIPTOR_SIGNATURE = 0x08074b50;

        private static final short VERSION = 20;
        private static final short VERSION_OF_ZIP64 = 45;

        /** Unpacked elsewhere, it is a file that its owner may write and all may read. */
        private static final int UNIX = 3 << 8;

        private static final int ATTRIBUTES = 0100644 << 16;

        /** The first day that a zip can name, so that the same content makes the same bytes. */
        private static final short DAY = 1 << 5 | 1;

        /** The id of an extra field that is only padding. */
        private static final short PADDING_ID = (short) 0xd935;

        private static final int PADDING_HEADER = 4;

        private final byte[] name;
        private final long size;
        private final long headerAt;
        private final long crc;
        private final boolean isLarge;

        WrittenEntry(byte[] name, long size, long headerAt, long crc) {
            this.name = name;
            this.size = size;
            this.headerAt = headerAt;
            this.crc = crc;
            isLarge = ZipFields.Zip64.isNeededFor(size);
        }

        WrittenEntry withCrc(long computed) {
            return new WrittenEntry(name, size, headerAt, computed);
        }

        /** The header before the data, which so begin at a multiple of the alignment. */
        ByteBuffer local() {
            int wide = isLarge ? ZipFields.Zip64.bytes(2) : 0;
            int shortest = LocalHeader.LENGTH + name.length + wide + PADDING_HEADER;
            int padding = Math.floorMod(-(headerAt + shortest), ALIGNMENT);
            ByteBuffer bytes = allocate(shortest + padding);
            bytes.putInt(LocalHeader.SIGNATURE);
            putShared(bytes, 0, 0, wide + PADDING_HEADER + padding);
            bytes.put(name);
            if (isLarge) {
                ZipFields.Zip64.put(bytes, 0, 0);
            }
            bytes.putShort(PADDING_ID).putShort((short) padding);
            return bytes.clear();
        }

        /** What follows the data. */
        ByteBuffer descriptor() {
            ByteBuffer bytes =
                    allocate(2 * Integer.BYTES + 2 * (isLarge ? Long.BYTES : Integer.BYTES));
            bytes.putInt(DESCRIPTOR_SIGNATURE).putInt((int) crc);
            if (isLarge) {
                bytes.putLong(size).putLong(size);
            } else {
                bytes.putInt((int) size).putInt((int) size);
            }
            return bytes.flip();
        }

        /** The record in the directory. */
        ByteBuffer central() {
            boolean isFar = ZipFields.Zip64.isNeededFor(headerAt);
            int wide = (isLarge ? 2 : 0) + (isFar ? 1 : 0);
            int extra = wide == 0 ? 0 : ZipFields.Zip64.bytes(wide);
            ByteBuffer bytes = allocate(DirectoryRecord.MIN_LENGTH + name.length + extra);
            short version = wide == 0 ? VERSION : VERSION_OF_ZIP64;
            bytes.putInt(DirectoryRecord.SIGNATURE).putShort((short) (UNIX | version));
            putShared(bytes, crc, size, extra);
            // No comment, no part.
            bytes.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(ATTRIBUTES);
            bytes.putInt(ZipFields.Zip64.narrow(headerAt)).put(name);
            if (isLarge && isFar) {
                ZipFields.Zip64.put(bytes, size, size, headerAt);
            } else if (isLarge) {
                ZipFields.Zip64.put(bytes, size, size);
            } else if (isFar) {
                ZipFields.Zip64.put(bytes, headerAt);
            }
            return bytes.flip();
        }

        /**
         * What both headers have, from the version that is needed to the length of extra fields.
         */
        private void putShared(ByteBuffer bytes, long checksum, long bytesKnown, int extraLength) {
            int narrow = isLarge ? ZipFields.Zip64.narrow(size) : (int) bytesKnown;
            bytes.putShort(isLarge ? VERSION_OF_ZIP64 : VERSION).putShort(FLAGS);
            bytes.putShort((short) DirectoryRecord.STORED).putShort((short) 0).putShort(DAY);
            bytes.putInt((int) checksum).putInt(narrow).putInt(narrow);
            bytes.putShort((short) name.length).putShort((short) extraLength);
        }

        private static ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Passes bytes on, counts them and computes their CRC-32. */
    private static final class ChecksumChannel implements WritableByteChannel {

        private final WritableByteChannel target;
        private final CRC32 crc = new CRC32();
        private long count;

        ChecksumChannel(WritableByteChannel target) {
            this.target = target;
        }

        long count() {
            return count;
        }

        long crc() {
            return crc.getValue();
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            ByteBuffer same = bytes.duplicate();
            int written = target.write(bytes);
            crc.update(same.limit(same.position() + written));
            count += written;
            return written;
        }

        @Override
        public boolean isOpen() {
            return target.isOpen();
        }

        /** Leaves the target open for what comes after. */
        @Override
        public void close() {}
    }
}
