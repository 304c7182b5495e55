package io.forestage.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A zip file written field by field. It is valid until a test changes a field. */
public final class RawZip {

    /** An entry: its name, compression method, compressed bytes and content. */
    public static final class Entry {

        private final byte[] name;
        private final int method;
        private final byte[] packed;
        private final byte[] data;

        public Entry(byte[] name, int method, byte[] packed, byte[] data) {
            this.name = name;
            this.method = method;
            this.packed = packed;
            this.data = data;
        }
    }

    private final List<Integer> locals = new ArrayList<>();
    private final List<Integer> centrals = new ArrayList<>();
    private final int end;
    private final byte[] file;
    private final ByteBuffer bytes;

    private RawZip(List<Entry> entries) {
        int size = 22;
        for (Entry entry : entries) {
            size += 30 + 46 + 2 * entry.name.length + entry.packed.length;
        }
        file = new byte[size];
        ByteBuffer room = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (Entry entry : entries) {
            locals.add(room.position());
            room.putInt(0x04034b50).putShort((short) 20);
            shared(room, entry);
            room.put(entry.name).put(entry.packed);
        }
        int directory = room.position();
        for (int i = 0; i < entries.size(); i++) {
            centrals.add(room.position());
            room.putInt(0x02014b50).putShort((short) 20).putShort((short) 20);
            shared(room, entries.get(i));
            room.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
            room.putInt(locals.get(i)).put(entries.get(i).name);
        }
        end = room.position();
        room.putInt(0x06054b50).putInt(0);
        room.putShort((short) entries.size()).putShort((short) entries.size());
        room.putInt(end - directory).putInt(directory).putShort((short) 0);
        bytes = room;
    }

    /** Writes what both headers of an entry have, from the flags to the extra field's length. */
    private static void shared(ByteBuffer room, Entry entry) {
        CRC32 crc = new CRC32();
        crc.update(entry.data);
        room.putShort((short) 0).putShort((short) entry.method).putInt(0x5a210000);
        room.putInt((int) crc.getValue()).putInt(entry.packed.length).putInt(entry.data.length);
        room.putShort((short) entry.name.length).putShort((short) 0);
    }

    public static RawZip of(Entry... entries) {
        return new RawZip(List.of(entries));
    }

    public static Entry stored(String name, byte[] data) {
        return new Entry(name.getBytes(StandardCharsets.UTF_8), 0, data, data);
    }

    public static Entry deflated(String name, byte[] data) {
        return new Entry(name.getBytes(StandardCharsets.UTF_8), 8, deflate(data), data);
    }

    public static byte[] deflate(byte[] data) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        deflater.setInput(data);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        while (!deflater.finished()) {
            out.write(chunk, 0, deflater.deflate(chunk));
        }
        deflater.end();
        return out.toByteArray();
    }

    /** Returns the position of a field of an entry's local header. */
    public int local(int entry, int field) {
        return locals.get(entry) + field;
    }

    /** Returns the position of a field of an entry's record in the central directory. */
    public int central(int entry, int field) {
        return centrals.get(entry) + field;
    }

    /** Returns the position of a field of the end-of-central-directory record. */
    public int end(int field) {
        return end + field;
    }

    public RawZip set8(int position, int value) {
        bytes.put(position, (byte) value);
        return this;
    }

    public RawZip set16(int position, int value) {
        bytes.putShort(position, (short) value);
        return this;
    }

    public RawZip set32(int position, long value) {
        bytes.putInt(position, (int) value);
        return this;
    }

    /** Returns the file with more bytes inserted at a position. */
    public byte[] withInserted(int position, byte[] more) {
        return ByteBuffer.allocate(file.length + more.length)
                .put(file, 0, position)
                .put(more)
                .put(file, position, file.length - position)
                .array();
    }

    public byte[] bytes() {
        return file.clone();
    }
}
