package io.forestage.weights.tensorflow;

import static io.forestage.weights.tensorflow.Proto.concat;
import static io.forestage.weights.tensorflow.Proto.varint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Tables, valid or not, built byte by byte. Checksums are correct unless a test changes them. */
final class Table {

    static final byte[] EMPTY_BLOCK = block(new byte[0], 0);

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteArrayOutputStream index = new ByteArrayOutputStream();

    /** A valid index of one data file. */
    static byte[] of(String name, byte[] entry) {
        return of(key(0, "", Proto.header(1)), key(0, name, entry));
    }

    /** A table of one data block with these entries, of which only the first is a restart. */
    static byte[] of(byte[]... entries) {
        return new Table().add("~", block(concat(entries), 0)).finish();
    }

    /** An entry of a block. */
    static byte[] key(long shared, String rest, byte[] value) {
        byte[] text = Proto.text(rest);
        return concat(varint(shared), varint(text.length), varint(value.length), text, value);
    }

    static byte[] block(byte[] entries, int... restarts) {
        ByteBuffer end =
                ByteBuffer.allocate((restarts.length + 1) * Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        end.asIntBuffer().put(restarts).put(restarts.length);
        return concat(entries, end.array());
    }

    static byte[] footer(byte[] handles) {
        return concat(
                Arrays.copyOf(handles, SortedTable.Footer.BYTES - Long.BYTES),
                Proto.bytes(0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb));
    }

    static byte[] handle(long offset, long size) {
        return concat(varint(offset), varint(size));
    }

    /** Adds a data block and its key to the index block. */
    Table add(String lastKey, byte[] block) {
        return addCompressed(lastKey, block, 0);
    }

    Table addCompressed(String lastKey, byte[] block, int compression) {
        return addHandle(lastKey, store(block, compression));
    }

    /** Adds only a key and a handle to the index block. */
    Table addHandle(String lastKey, byte[] handle) {
        index.writeBytes(key(0, lastKey, handle));
        return this;
    }

    byte[] finish() {
        byte[] metaindex = store(EMPTY_BLOCK, 0);
        return finish(concat(metaindex, store(block(index.toByteArray(), 0), 0)));
    }

    byte[] finish(byte[] handles) {
        return concat(written.toByteArray(), footer(handles));
    }

    /** Writes a block and its trailer, and returns its handle. */
    byte[] store(byte[] block, int compression) {
        byte[] handle = handle(written.size(), block.length);
        byte[] checked = concat(block, Proto.bytes(compression));
        written.writeBytes(checked);
        written.writeBytes(Proto.fixed32(Proto.crc(checked)));
        return handle;
    }
}
