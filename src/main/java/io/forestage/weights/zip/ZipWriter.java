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
import org.jspecify.annotations.Nullable;

/**
 * Writes a zip of stored entries from front to back, with the same bytes for the same content. Each
 * entry's data start at a multiple of 64 bytes, so that they can be mapped. Its size and checksum
 * come before the data: readers of streams, such as Java's, refuse stored entries without them.
 */
public final class ZipWriter {

    private final WritableByteChannel channel;
    private final Map<String, WrittenEntry> entries = new LinkedHashMap<>();
    private long position;

    /**
     * Starts a zip.
     *
     * @param channel receives the zip; consumes a whole buffer in each call
     */
    public ZipWriter(WritableByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Writes an entry.
     *
     * @param name its path in the zip, parts separated by '/'
     * @param size its size in bytes
     * @param content writes its bytes; called twice, first for the checksum
     * @throws IllegalArgumentException if the name is repeated, if {@link ZipArchive} would refuse
     *     the name or the number of entries, or if the content has another size
     * @throws IOException if the content cannot be read or written
     */
    public void store(String name, long size, AtomicFile.Content content) throws IOException {
        byte[] encoded = encoded(name);
        if (entries.containsKey(name) || entries.size() == CentralDirectory.End.MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "%s: expected at most %d entries with unique names, found one more"
                            .formatted(Quoted.of(name), CentralDirectory.End.MAX_ENTRIES));
        }
        ChecksumChannel first = new ChecksumChannel(null);
        content.writeTo(first);
        requireSize(name, size, first);
        WrittenEntry entry = new WrittenEntry(encoded, size, position, first.crc());
        write(entry.local());
        ChecksumChannel second = new ChecksumChannel(channel);
        content.writeTo(second);
        requireSize(name, size, second);
        if (second.crc() != first.crc()) {
            throw new IOException(
                    "%s: expected the same content twice, found another the second time; leave the source unchanged while it is exported"
                            .formatted(Quoted.of(name)));
        }
        position += size;
        entries.put(name, entry);
    }

    private static void requireSize(String name, long size, ChecksumChannel written) {
        if (written.count() != size) {
            throw new IllegalArgumentException(
                    "%s: expected content of %d bytes, found %d"
                            .formatted(Quoted.of(name), size, written.count()));
        }
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
                    "expected a relative path in valid Unicode of at most %d bytes, found %s"
                            .formatted(WrittenEntry.MAX_NAME_LENGTH, Quoted.of(name)));
        }
        return bytes;
    }

    /** An entry's two records: before its data and in the directory. */
    private static final class WrittenEntry {

        static final int MAX_NAME_LENGTH = 0xffff;

        private static final int ALIGNMENT = 64;

        /** Names are in UTF-8. */
        private static final short FLAGS = 1 << 11;

        private static final short VERSION = 20;
        private static final short VERSION_OF_ZIP64 = 45;

        /** When unpacked, a file that its owner may write and everyone may read. */
        private static final int UNIX = 3 << 8;

        private static final int ATTRIBUTES = 0100644 << 16;

        /**
         * The first day that a zip can store, so that the same content results in the same bytes.
         */
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

        /** Returns the header before the data, padded so that the data are aligned. */
        ByteBuffer local() {
            int wide = isLarge ? ZipFields.Zip64.bytes(2) : 0;
            int unpadded = LocalHeader.LENGTH + name.length + wide + PADDING_HEADER;
            int padding = Math.floorMod(-(headerAt + unpadded), ALIGNMENT);
            ByteBuffer bytes = allocate(unpadded + padding);
            bytes.putInt(LocalHeader.SIGNATURE);
            putShared(bytes, wide + PADDING_HEADER + padding);
            bytes.put(name);
            if (isLarge) {
                ZipFields.Zip64.put(bytes, size, size);
            }
            bytes.putShort(PADDING_ID).putShort((short) padding);
            return bytes.clear();
        }

        /** Returns the record in the directory. */
        ByteBuffer central() {
            boolean isFar = ZipFields.Zip64.isNeededFor(headerAt);
            int wide = (isLarge ? 2 : 0) + (isFar ? 1 : 0);
            int extra = wide == 0 ? 0 : ZipFields.Zip64.bytes(wide);
            ByteBuffer bytes = allocate(DirectoryRecord.MIN_LENGTH + name.length + extra);
            short version = wide == 0 ? VERSION : VERSION_OF_ZIP64;
            bytes.putInt(DirectoryRecord.SIGNATURE).putShort((short) (UNIX | version));
            putShared(bytes, extra);
            // No comment, part 0, no internal attributes.
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
         * Writes the fields that both headers share, from the required version to the length of the
         * extra fields.
         */
        private void putShared(ByteBuffer bytes, int extraLength) {
            int narrow = isLarge ? ZipFields.Zip64.narrow(size) : (int) size;
            bytes.putShort(isLarge ? VERSION_OF_ZIP64 : VERSION).putShort(FLAGS);
            bytes.putShort((short) DirectoryRecord.STORED).putShort((short) 0).putShort(DAY);
            bytes.putInt((int) crc).putInt(narrow).putInt(narrow);
            bytes.putShort((short) name.length).putShort((short) extraLength);
        }

        private static ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Passes bytes on, if there is a target, counts them and computes their CRC-32. */
    private static final class ChecksumChannel implements WritableByteChannel {

        private final @Nullable WritableByteChannel target;
        private final CRC32 crc = new CRC32();
        private long count;

        ChecksumChannel(@Nullable WritableByteChannel target) {
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
            int written = bytes.remaining();
            if (target == null) {
                bytes.position(bytes.limit());
            } else {
                written = target.write(bytes);
            }
            crc.update(same.limit(same.position() + written));
            count += written;
            return written;
        }

        @Override
        public boolean isOpen() {
            return target == null || target.isOpen();
        }

        /** Does nothing: more is written to the target. */
        @Override
        public void close() {}
    }
}
