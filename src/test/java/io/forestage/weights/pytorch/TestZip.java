package io.forestage.weights.pytorch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** A zip file built field by field, so that any field may be false. */
final class TestZip {

    /** An entry's two headers and its bytes, valid until a test changes them. */
    static final class Entry {
        byte[] localName = {};
        byte[] name = {};
        byte[] data = {};
        byte[] localExtra = {};
        byte[] extra = {};
        int flags;
        int localFlags;
        int method;
        int localMethod;
        int crc;
        int localCrc;
        int packedSize;
        int localPackedSize;
        int size;
        int localSize;
        int localSignature = 0x04034b50;
        int signature = 0x02014b50;
        int part;

        /** The position of the header in the directory; the real one if null. */
        @Nullable Integer header;
    }

    private final List<Entry> entries = new ArrayList<>();
    private Consumer<ByteBuffer> end = fields -> {};
    private byte[] beforeEnd = {};
    private byte[] comment = {};

    TestZip add(String name, byte[] data) {
        return add(name, data, entry -> {});
    }

    TestZip add(String name, byte[] data, Consumer<Entry> change) {
        Entry entry = new Entry();
        entry.name = name.getBytes(StandardCharsets.UTF_8);
        entry.data = data;
        entry.crc = crc(data);
        entry.packedSize = data.length;
        entry.size = data.length;
        return add(entry, change);
    }

    TestZip addDeflated(String name, byte[] data, Consumer<Entry> change) {
        Entry entry = new Entry();
        entry.name = name.getBytes(StandardCharsets.UTF_8);
        entry.data = deflated(data);
        entry.crc = crc(data);
        entry.method = 8;
        entry.packedSize = entry.data.length;
        entry.size = data.length;
        return add(entry, change);
    }

    private TestZip add(Entry entry, Consumer<Entry> change) {
        entry.localName = entry.name;
        entry.localMethod = entry.method;
        entry.localCrc = entry.crc;
        entry.localPackedSize = entry.packedSize;
        entry.localSize = entry.size;
        change.accept(entry);
        entries.add(entry);
        return this;
    }

    /** Changes the last 22 bytes, the end of the directory. */
    TestZip end(Consumer<ByteBuffer> change) {
        end = change;
        return this;
    }

    /** Inserts bytes between the directory and its end record. */
    TestZip beforeEnd(byte[] bytes) {
        beforeEnd = bytes;
        return this;
    }

    TestZip comment(byte[] bytes) {
        comment = bytes;
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            directory.writeBytes(listed(entry, out.size()));
            out.writeBytes(local(entry));
        }
        int start = out.size();
        out.writeBytes(directory.toByteArray());
        out.writeBytes(beforeEnd);
        byte[] last = new byte[22];
        ByteBuffer fields =
                littleEndian(last)
                        .putInt(0, 0x06054b50)
                        .putShort(8, (short) entries.size())
                        .putShort(10, (short) entries.size())
                        .putInt(12, directory.size())
                        .putInt(16, start)
                        .putShort(20, (short) comment.length);
        end.accept(fields);
        out.writeBytes(last);
        out.writeBytes(comment);
        return out.toByteArray();
    }

    static byte[] deflated(byte[] data) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(data);
        deflater.finish();
        byte[] packed = new byte[data.length + 64];
        int length = deflater.deflate(packed);
        deflater.end();
        return Arrays.copyOf(packed, length);
    }

    static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] local(Entry entry) {
        byte[] bytes =
                new byte[30 + entry.localName.length + entry.localExtra.length + entry.data.length];
        littleEndian(bytes)
                .putInt(0, entry.localSignature)
                .putShort(6, (short) entry.localFlags)
                .putShort(8, (short) entry.localMethod)
                .putInt(14, entry.localCrc)
                .putInt(18, entry.localPackedSize)
                .putInt(22, entry.localSize)
                .putShort(26, (short) entry.localName.length)
                .putShort(28, (short) entry.localExtra.length)
                .position(30)
                .put(entry.localName)
                .put(entry.localExtra)
                .put(entry.data);
        return bytes;
    }

    private static byte[] listed(Entry entry, int position) {
        byte[] bytes = new byte[46 + entry.name.length + entry.extra.length];
        littleEndian(bytes)
                .putInt(0, entry.signature)
                .putShort(8, (short) entry.flags)
                .putShort(10, (short) entry.method)
                .putInt(16, entry.crc)
                .putInt(20, entry.packedSize)
                .putInt(24, entry.size)
                .putShort(28, (short) entry.name.length)
                .putShort(30, (short) entry.extra.length)
                .putShort(34, (short) entry.part)
                .putInt(42, entry.header == null ? position : entry.header)
                .position(46)
                .put(entry.name)
                .put(entry.extra);
        return bytes;
    }

    private static int crc(byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(data);
        return (int) crc.getValue();
    }
}
