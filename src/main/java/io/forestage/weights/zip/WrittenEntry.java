package io.forestage.weights.zip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An entry as the writer puts it down: before its data, after them, and in the directory. */
final class WrittenEntry {

    static final int LONGEST_NAME = 0xffff;

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

    /** An extra field that says, where it is looked at, that it only fills room. */
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
        isLarge = Zip64Values.isNeededFor(size);
    }

    WrittenEntry withCrc(long computed) {
        return new WrittenEntry(name, size, headerAt, computed);
    }

    /** The header before the data, which so begin at a multiple of the alignment. */
    ByteBuffer local() {
        int wide = isLarge ? Zip64Values.bytes(2) : 0;
        int shortest = LocalHeader.LENGTH + name.length + wide + PADDING_HEADER;
        int padding = Math.floorMod(-(headerAt + shortest), ALIGNMENT);
        ByteBuffer bytes = allocate(shortest + padding);
        bytes.putInt(LocalHeader.SIGNATURE);
        putShared(bytes, 0, 0, wide + PADDING_HEADER + padding);
        bytes.put(name);
        if (isLarge) {
            Zip64Values.put(bytes, 0, 0);
        }
        bytes.putShort(PADDING_ID).putShort((short) padding);
        return bytes.clear();
    }

    /** What follows the data. */
    ByteBuffer descriptor() {
        ByteBuffer bytes = allocate(2 * Integer.BYTES + 2 * (isLarge ? Long.BYTES : Integer.BYTES));
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
        boolean isFar = Zip64Values.isNeededFor(headerAt);
        int wide = (isLarge ? 2 : 0) + (isFar ? 1 : 0);
        int extra = wide == 0 ? 0 : Zip64Values.bytes(wide);
        ByteBuffer bytes = allocate(DirectoryRecord.SHORTEST + name.length + extra);
        short version = wide == 0 ? VERSION : VERSION_OF_ZIP64;
        bytes.putInt(DirectoryRecord.SIGNATURE).putShort((short) (UNIX | version));
        putShared(bytes, crc, size, extra);
        // No comment, no part.
        bytes.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(ATTRIBUTES);
        bytes.putInt(Zip64Values.narrow(headerAt)).put(name);
        if (isLarge && isFar) {
            Zip64Values.put(bytes, size, size, headerAt);
        } else if (isLarge) {
            Zip64Values.put(bytes, size, size);
        } else if (isFar) {
            Zip64Values.put(bytes, headerAt);
        }
        return bytes.flip();
    }

    /** What both headers have, from the version that is needed to the length of extra fields. */
    private void putShared(ByteBuffer bytes, long checksum, long bytesKnown, int extraLength) {
        int narrow = isLarge ? Zip64Values.narrow(size) : (int) bytesKnown;
        bytes.putShort(isLarge ? VERSION_OF_ZIP64 : VERSION).putShort(FLAGS);
        bytes.putShort((short) DirectoryRecord.STORED).putShort((short) 0).putShort(DAY);
        bytes.putInt((int) checksum).putInt(narrow).putInt(narrow);
        bytes.putShort((short) name.length).putShort((short) extraLength);
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
